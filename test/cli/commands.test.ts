import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { commands } from '../../src/cli/commands.ts';
import { faultKinds } from '../../src/fault/registry.ts';
import { scratch } from '../scratch.ts';
import { chaos } from './chaos.ts';

describe('chaos', function () {
  this.timeout(60_000);
  const directory = scratch();

  it('--version prints the version of package.json and nothing else', () => {
    const { version } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    assert.deepEqual(chaos(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('--help names every command', () => {
    const { code, stdout } = chaos(['--help']);
    assert.equal(code, 0);
    for (const { name } of commands) assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
  });

  it('without a command says what there is, and that this was no command', () => {
    const { code, stdout, stderr } = chaos([]);
    assert.equal(code, 64);
    assert.equal(stdout, '');
    assert.match(stderr, /Usage: chaos COMMAND/);
  });

  it('run makes no directory when it is refused', () => {
    const scenario = new URL('../../labs/two-nodes/two-nodes.clab.yml', import.meta.url).pathname;
    const file = join(directory.path(), 'a.yml');
    const text = `name: a
lab: ${scenario}
probes: { p: { icmp: { from: left, to: right } } }
ready: { within: 5s, that: p.ok }
timeline: [{ id: off, at: 1s, for: 1s, black-hole: { link: wire } }]
recovery: 1s
`;
    writeFileSync(file, text);
    const { code, stderr } = chaos(['run', file, '--driver', 'attach'], directory.path());
    assert.equal(code, 64, stderr);
    assert.match(stderr, /--driver attach is for a lab that runs already/);
    assert.equal(existsSync(join(directory.path(), 'reports')), false);
  });

  for (const entry of commands) {
    const leaves =
      'commands' in entry ? entry.commands.map((leaf) => [entry.name, leaf.name]) : [[entry.name]];
    for (const path of leaves) {
      it(`${path.join(' ')} --help says how it is used`, () => {
        const { code, stdout, stderr } = chaos([...path, '--help']);
        assert.equal(stderr, '');
        assert.equal(code, 0);
        assert.match(stdout, new RegExp(`Usage: chaos ${path.join(' ')} `));
      });
    }
  }

  const usageErrors: readonly (readonly [readonly string[], RegExp])[] = [
    [['rnu'], /unknown command: rnu\n {2}hint: did you mean run\?/],
    [['--verson'], /unknown option --verson/],
    [['lab', 'upp'], /unknown command of "chaos lab": upp\n {2}hint: did you mean up\?/],
    [['lab'], /Usage: chaos lab COMMAND/],
    [['run'], /FILE is missing/],
    [['run', 'x.yml', '--sede', '1'], /unknown option --sede\n {2}hint: did you mean --seed\?/],
    [['run', 'no-such.yml'], /no-such\.yml does not exist/],
    [['run', '.'], /there is no scenario under \./],
    [['list', 'fautls'], /did you mean faults\?/],
    [['list', 'signals'], /FILE is missing/],
    [['check', '/tmp'], /\/tmp holds no run/],
    [['lab', 'exec', 'a'], /no command/],
    [['lab', 'down', 'no-such-lab'], /no lab called no-such-lab is up/],
    [['completion', 'tcsh'], /"tcsh" is not one of bash, zsh, fish/],
    [['kernel', 'build', '--jobs', 'many'], /--jobs: a number/],
    [['plan', 'a.yml', 'b.yml'], /unexpected argument: b\.yml/],
    [['run', 'x.yml', '--driver', 'containerlb'], /hint: did you mean containerlab\?/],
    [['run', 'x.yml', '--tag'], /--tag needs a value/],
    [['run', '/dev/zero'], /the scenario \/dev\/zero is larger than \d+ bytes/],
    [['init', '/dev/null'], /\/dev\/null is a file, and no directory/],
    [['list'], /WHAT is missing: faults, observers/],
  ];
  for (const [argv, message] of usageErrors) {
    it(`exits 64 without a stack: chaos ${argv.join(' ')}`, () => {
      const { code, stdout, stderr } = chaos(argv, directory.path());
      assert.equal(code, 64, stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n {4}at /);
      assert.equal(stdout, '');
    });
  }

  for (const what of [
    'faults',
    'observers',
    'probes',
    'services',
    'drivers',
    'profiles',
    'scenarios',
  ]) {
    it(`list ${what} --json is an array of {name, description, ...}`, () => {
      const { code, stdout } = chaos(['list', what, '--json']);
      assert.equal(code, 0);
      const items = JSON.parse(stdout) as { name: unknown; description: unknown }[];
      assert(Array.isArray(items));
      for (const item of items) {
        assert.equal(typeof item.name, 'string');
        assert.equal(typeof item.description, 'string');
      }
      if (what !== 'profiles') assert(items.length > 0);
    });
  }

  it('list faults is the registry, and each has a JSON Schema of its parameters', () => {
    const items = JSON.parse(chaos(['list', 'faults', '--json']).stdout) as {
      name: string;
      parameters: object;
    }[];
    assert.deepEqual(
      items.map((item) => item.name),
      Object.keys(faultKinds),
    );
    for (const { parameters } of items)
      new Ajv2020({ strict: false, validateFormats: false }).compile(parameters);
  });

  it('takes the lab of a scenario from where the scenario is, or from an absolute path', () => {
    chaos(['init'], directory.path());
    const scenario = readFileSync(join(directory.path(), 'two-nodes.yml'), 'utf8');
    const absolute = `lab: ${join(directory.path(), 'two-nodes.clab.yml')}`;
    mkdirSync(join(directory.path(), 'below'));
    const there = (lab: string): string => scenario.replace('lab: two-nodes.clab.yml', lab);
    writeFileSync(join(directory.path(), 'below', 'absolute.yml'), there(absolute));
    writeFileSync(join(directory.path(), 'below', 'up.yml'), there('lab: ../two-nodes.clab.yml'));
    const { code, stderr } = chaos(['validate', 'below'], directory.path());
    assert.equal(code, 0, stderr);
  });

  it('init writes a scenario that is valid, plans, and names its signals', () => {
    assert.equal(chaos(['init'], directory.path()).code, 0);
    assert.deepEqual(chaos(['validate', 'two-nodes.yml'], directory.path()), {
      code: 0,
      stdout: 'two-nodes.yml: valid\n',
      stderr: '',
    });
    assert.match(chaos(['plan', 'two-nodes.yml'], directory.path()).stdout, /black-hole wire/);
    const listed = chaos(['list', 'signals', 'two-nodes.yml', '--json'], directory.path()).stdout;
    const signals = JSON.parse(listed) as { name: string; type: string; resolution: string }[];
    assert(signals.some(({ name, type }) => name === 'ping.ok' && type === 'boolean'));
  });

  it('init refuses to overwrite, and then writes nothing', () => {
    writeFileSync(join(directory.path(), 'two-nodes.yml'), 'mine');
    const { code, stderr } = chaos(['init'], directory.path());
    assert.equal(code, 64);
    assert.match(stderr, /two-nodes\.yml is there already/);
    assert(!existsSync(join(directory.path(), 'two-nodes.clab.yml')));
  });

  it('plan --json is the same for the same seed', () => {
    chaos(['init'], directory.path());
    const plan = (): string =>
      chaos(['plan', 'two-nodes.yml', '--seed', '7', '--json'], directory.path()).stdout;
    assert.equal(plan(), plan());
    assert.equal((JSON.parse(plan()) as { seed: number }).seed, 7);
  });

  it('schema prints JSON Schemas that compile', () => {
    for (const of of ['scenario', 'report']) {
      const schema = JSON.parse(chaos(['schema', of]).stdout) as object;
      new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    }
  });

  it('lab graph prints the same topology as text, Mermaid, Graphviz and JSON', () => {
    chaos(['init'], directory.path());
    const graph = (format: string): string =>
      chaos(['lab', 'graph', 'two-nodes.clab.yml', '--format', format], directory.path()).stdout;
    assert.match(graph('text'), /left:eth1 -- right:eth1/);
    assert.match(graph('mermaid'), /^graph LR\n/);
    assert.match(graph('dot'), /"left" -- "right"/);
    assert.equal((JSON.parse(graph('json')) as { name: string }).name, 'two-nodes');
  });

  it('completion for bash is a script that bash takes and that completes', () => {
    const { stdout } = chaos(['completion', 'bash']);
    const test = `${stdout}
COMP_WORDS=(chaos run x.yml --ker) COMP_CWORD=3; _chaos; echo "\${COMPREPLY[*]}"
COMP_WORDS=(chaos run --kernel emb) COMP_CWORD=3; _chaos; echo "\${COMPREPLY[*]}"
COMP_WORDS=(chaos lab ex) COMP_CWORD=2; _chaos; echo "\${COMPREPLY[*]}"
COMP_WORDS=(chaos list fau) COMP_CWORD=2; _chaos; echo "\${COMPREPLY[*]}"
COMP_WORDS=(chaos val) COMP_CWORD=1; _chaos; echo "\${COMPREPLY[*]}"`;
    const { stdout: said, stderr } = spawnSync('bash', ['-c', test], { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(said, '--kernel\nembedded\nexec\nfaults\nvalidate\n');
  });

  it('completion for zsh and fish names every command', () => {
    for (const shell of ['zsh', 'fish']) {
      const { stdout } = chaos(['completion', shell]);
      for (const { name } of commands) assert(stdout.includes(name), `${shell}: ${name}`);
    }
  });

  it('says an error that nobody foresaw in one line, exits 70, and keeps the details', () => {
    // something that was started fails after the command has said its answer
    const bug = `data:text/javascript,
      const { write } = process.stdout;
      process.stdout.write = () => {
        process.stdout.write = write;
        queueMicrotask(() => { throw new Error("boom") });
      }`;
    const home = directory.path();
    const run = (env: Record<string, string>): { status: number | null; stderr: string } =>
      spawnSync(process.execPath, ['--import', bug, 'dist/cli/main.js', '--version'], {
        cwd: new URL('../..', import.meta.url),
        env: { PATH: process.env['PATH'], HOME: home, ...env },
        encoding: 'utf8',
      });
    const { status, stderr } = run({});
    assert.equal(status, 70);
    const details = join(home, '.local/state/chaos/last-internal-error.txt');
    assert.equal(stderr, `chaos: internal error: boom\n  details: ${details}\n`);
    assert.match(readFileSync(details, 'utf8'), /Error: boom\n {4}at /);
    assert.match(run({ CHAOS_DEBUG: '1' }).stderr, /Error: boom\n {4}at /);
  });

  it('survives a reader that leaves early', () => {
    const script = `${process.execPath} dist/cli/main.js list faults --json | head -c 1; echo " \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], {
      cwd: new URL('../..', import.meta.url),
      encoding: 'utf8',
    });
    assert.equal(stdout, '[ 0\n');
    assert.equal(stderr, '');
  });
});
