import assert from 'node:assert/strict';
import { ChaosError } from '../../../src/errors.ts';
import { parseArgv } from '../../../src/cli/parse-argv.ts';
import { runOptions, settingsSchema, type RunSettings } from '../../../src/cli/run/run-settings.ts';
import type { Command } from '../../../src/cli/command.ts';

const run: Command<RunSettings> = {
  name: 'run',
  about: '',
  positionals: [{ name: 'file', about: 'scenarios', required: true, many: true }],
  options: runOptions,
  examples: [],
  schema: settingsSchema,
  run: () => Promise.resolve(0),
};

const refused: readonly (readonly [readonly string[], RegExp, RegExp?])[] = [
  [[], /FILE is missing/],
  [['x.yml', '--sede', '3'], /unknown option --sede/, /did you mean --seed\?/],
  [['x.yml', '--seed'], /--seed needs a value/],
  [['x.yml', '--seed', 'abc'], /--seed: a whole number is expected, not "abc"/],
  [['x.yml', '--tag'], /--tag needs a value/],
  [['x.yml', '--seed', '-1'], /--seed/],
  [['x.yml', '--seed', '1.5'], /--seed: a whole number/],
  [['x.yml', '--seed', '1', '--seed', '2'], /--seed is given more than once/],
  [['x.yml', '--kernel', 'embeded'], /--kernel: "embeded" is not one of/, /did you mean embedded/],
  [['x.yml', '--set', 'loss'], /--set: NAME=VALUE/],
  [['x.yml', '--jobs', '0'], /--jobs: at least 1/],
  [['x.yml', '-x'], /unknown option -x/],
  [['x.yml', '--quiet.loud'], /unknown option --quiet\.loud/],
];

describe('the arguments of a command', () => {
  for (const [argv, message, hint] of refused) {
    it(`refuse: ${argv.join(' ') || '(none)'}`, () => {
      assert.throws(
        () => parseArgv(run, argv),
        (error: unknown) => {
          assert(error instanceof ChaosError);
          assert.equal(error.code, 'usage');
          assert.match(error.message, message);
          if (hint !== undefined) assert.match(error.hint ?? '', hint);
          return true;
        },
      );
    });
  }

  it('keep text as text: a seed with leading zeros, a parameter with dots', () => {
    const args = parseArgv(run, ['a.yml', '--seed', '007', '--set', 'a.b=1e3', 'b.yml']);
    assert.equal(args.seed, 7);
    assert.deepEqual(args.set, ['a.b=1e3']);
    assert.deepEqual(args.file, ['a.yml', 'b.yml']);
  });

  it('take --no-faults as an option of its own, not as "faults: false"', () => {
    assert.equal(parseArgv(run, ['x', '--no-faults'])['no-faults'], true);
  });
});
