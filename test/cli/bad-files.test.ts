import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from '../scratch.ts';
import { chaos } from './chaos.ts';

const SCENARIO = 'two-nodes.yml';
const LAB = 'two-nodes.clab.yml';

/** What is wrong: in `file` the first `from` becomes `to`; the error points at the first `at` and says `says`. */
interface Case {
  readonly file: typeof SCENARIO | typeof LAB;
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly says: RegExp;
  /** a name that is offered */
  readonly near?: string;
}

const scenario = (from: string, to: string, at: string, says: RegExp, near?: string): Case => ({
  ...{ file: SCENARIO, from, to, at, says },
  ...(near !== undefined && { near }),
});
const lab = (from: string, to: string, at: string, says: RegExp, near?: string): Case => ({
  ...scenario(from, to, at, says, near),
  file: LAB,
});

const HOLE = 'black-hole: { link: wire }';

const cases: readonly Case[] = [
  scenario('name: two-nodes', `name: ${'x'.repeat(101)}`, 'xxx', /at most 100 letters/),
  scenario('lab: two-nodes.clab.yml', 'topology: {}', 'topology', /a lab file, and no scenario/),
  scenario('lab: two', 'lab: { attach: x, file: y }\nx: two', 'attach', /'attach' cannot stand/),
  scenario('name: two-nodes', 'name: two nodes', 'two nodes', /a scenario's name has letters/),
  scenario('name: two-nodes\n', '', 'about:', /'name' is missing/),
  scenario('lab: two', 'lab: no-such', 'no-such-nodes', /the lab file no-such-\S+ does not exist/),
  scenario('lab: two', 'labs: two', 'labs:', /unknown key 'labs'/, 'lab'),
  scenario('icmp: {', 'icpm: {', 'icpm', /unknown key 'icpm'/, 'icmp'),
  scenario('from: left', 'from: lfet', 'lfet', /no node 'lfet' in the lab/),
  scenario('rate: 20/s', 'rate: 20', '20, ok', /expected a rate such as 100\/s; 20 has no unit/),
  scenario('rate: 20/s', 'rate: 20ms', '20ms', /expected a rate .* 20ms is a duration/),
  scenario('rate: 20/s', 'rte: 20/s', 'rte', /unknown key 'rte'/, 'rate'),
  scenario('"< 5%"', '"< 5"', '"< 5"', /'5' is no limit for loss/),
  scenario('[ping.ok]', '[ping.okay]', 'ping.okay', /no signal 'ping\.okay'/, 'ping.ok'),
  scenario('[ping.ok]', '[pign.ok]', 'pign.ok', /no signal 'pign\.ok'/, 'ping.ok'),
  scenario('[ping.ok]', '[ping.loss < 5ms]', '5ms]', /left side is a percentage .* a duration/),
  scenario('[ping.ok]', '[ping.ok and]', '] }   # t = 0', /unexpected end of the expression/),
  scenario(HOLE, 'black-hole: { link: wrie }', 'wrie', /no link 'wrie' in the lab/, 'wire'),
  scenario(HOLE, 'blackhole: { link: wire }', 'blackhole', /unknown key 'blackhole'/, 'black-hole'),
  scenario(HOLE, 'impair: { link: wire, loss: 130% }', '130%', /130% is too large; at most 100%/),
  scenario(HOLE, 'impair: { link: wire, delay: 20 }', '20 }', /a duration such as 20ms; 20 has no/),
  scenario(
    HOLE,
    'impair: { link: wire, limit: 5, delya: 1ms }',
    'delya',
    /unknown key 'delya'/,
    'delay',
  ),
  scenario(HOLE, 'black-hole: { link: wire, toward: me }', 'me }', /no node or group 'me'/),
  scenario(HOLE, 'disk-full: { node: left, path: /a/../b }', '/a/..', /an absolute path/),
  scenario(HOLE, 'disk-full: { node: left, path: /.. }', '/.. }', /an absolute path/),
  scenario(HOLE, 'exec: { node: left, argv: [], undo: [] }', '[], undo', /the list is empty/),
  scenario(HOLE, 'route: { node: left, withdraw: 10.0.3.0/33 }', '10.0.3.0', /expected a prefix/),
  scenario(HOLE, 'drop: { link: wire, protocol: vrpp }', 'vrpp', /vrpp|expected/),
  scenario('at: 2s, for: 2s', 'at: 2s', '{ id: hole', /does not say how long it lasts/),
  scenario('at: 2s,', 'at: 2s, after: hole,', 'after: hole', /both 'at' and 'after'/),
  scenario('for: 2s', 'for: 0s', '0s, black', /it has no length/),
  scenario('at: 2s, for', 'after: hoel, for', 'hoel', /there is no step 'hoel'/, 'hole'),
  scenario('of: hole.start', 'of: hoel.start', 'hoel', /there is no step 'hoel'/, 'hole'),
  scenario('during: run', 'during: rnu', 'rnu', /there is no step 'rnu'/, 'run'),
  scenario('time: not', 'tiem: not', 'tiem', /unknown key 'tiem'/, 'time'),
  scenario('within: 1s }', 'within: 1 }', '1 }', /a plain number/),
  scenario(
    'eventually: ping.ok',
    'eventually: !ping.ok',
    '!ping.ok',
    /YAML reads '!ping\.ok' as a tag/,
  ),
  scenario('measure:', 'measure: {}\nmeasure:', 'measure:\n', /'measure' is given twice/),
  scenario('recovery:', '\trecovery:', '\trecovery', /a tab stands in the indentation/),
  scenario('timeline:', 'timeline: &t [*t]\nx:', '*t', /inside its own anchor/),
  lab('name: two-nodes\n', '', 'topology:', /the lab has no name/),
  lab('image: linux', 'image: vendor/router', 'vendor', /no image of ours stands for 'vendor/),
  lab('right:eth1]', 'rihgt:eth1]', 'rihgt', /no such node/, 'right'),
  lab('right:eth1]', 'left:eth1]', 'left:eth1]', /'left:eth1' is an end of two links/),
  lab('[left:eth1', '[left', 'left, right', /'left' is not an endpoint/),
  lab('kind: linux', 'kind: linuxx', 'linuxx', /unknown kind 'linuxx'/, 'linux'),
  lab('topology:', 'topologie:', 'topologie', /unknown key 'topologie'/, 'topology'),
  lab('  nodes:', '  node:', 'node:', /unknown key 'node'/, 'nodes'),
  lab('exec: [', 'exce: [', 'exce', /unknown key 'exce'/, 'exec'),
  lab('endpoints:', 'endpoint:', 'endpoint:', /unknown key 'endpoint'/, 'endpoints'),
  lab('exec: [', 'binds: ["none:/x"]\n      exec: [', '"none:/x"', /none' does not exist/),
  lab('name: wire', 'name: wire, colour: red', 'colour', /unknown key 'colour'/),
  lab('  links:', '  links: {}\n  other:', '{}', /'links' must be a list/),
];

/** `line:column` of the first `text`, both from 1 */
function positionOf(text: string, source: string): string {
  const at = source.indexOf(text);
  assert.notEqual(at, -1, `the test is wrong: no ${JSON.stringify(text)}`);
  const before = source.slice(0, at).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

describe('a bad scenario or lab file', function () {
  this.timeout(30_000);
  const directory = scratch();

  for (const { file, from, to, at, says, near } of cases) {
    it(`is refused at its place: ${JSON.stringify(to)}`, () => {
      chaos(['init'], directory.path());
      const path = join(directory.path(), file);
      const source = readFileSync(path, 'utf8');
      assert(source.includes(from), `the test is wrong: no ${JSON.stringify(from)}`);
      const wrong = source.replace(from, () => to);
      writeFileSync(path, wrong);
      // the first place after the name of the file is what an editor jumps to
      const { code, stdout, stderr } = chaos(['run', SCENARIO, '--quiet'], directory.path());
      assert.equal(code, 64, stderr);
      assert.equal(stdout, '');
      const place = `${file}:${positionOf(at, wrong)}: `;
      const line = stderr.split('\n').find((one) => one.startsWith(place));
      assert(line !== undefined, `nothing at ${place}in\n${stderr}`);
      assert.match(line, says);
      if (near !== undefined) assert.match(stderr, new RegExp(`did you mean: ${near}\\?`));
      assert.doesNotMatch(stderr, /\n {4}at |internal error/);
    });
  }

  it('does not keep another file from being checked', () => {
    chaos(['init'], directory.path());
    writeFileSync(join(directory.path(), 'bad.yml'), 'name: bad\n');
    const { code, stdout, stderr } = chaos(['validate', 'bad.yml', SCENARIO], directory.path());
    assert.equal(code, 64);
    assert.equal(stdout, `${SCENARIO}: valid\n`);
    assert.match(stderr, /^bad\.yml:1:1: 'lab' is missing/m);
  });

  it('that is an alias bomb is refused at once', () => {
    const levels = Array.from({ length: 9 }, (_, i) =>
      i === 0
        ? 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'
        : `a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}*a${i - 1}]`,
    );
    writeFileSync(join(directory.path(), 'bomb.yml'), `${levels.join('\n')}\n`);
    const { code, stderr } = chaos(['validate', 'bomb.yml'], directory.path());
    assert.equal(code, 64);
    assert.match(stderr, /^bomb\.yml:\d+:\d+: /m);
  });

  it('that asks for what is not yet executable is 69, not 64, and names it', () => {
    chaos(['init'], directory.path());
    const path = join(directory.path(), SCENARIO);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, `${source}\nvariants: { plain: {} }\n`);
    const { code, stderr } = chaos(['validate', SCENARIO], directory.path());
    assert.equal(code, 69, stderr);
    assert.match(stderr, /'variants'.*not executable in this version/);
  });
});
