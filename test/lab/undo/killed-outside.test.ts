import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
  descendants,
  listProcesses,
  processesIn,
  readProcess,
} from '../../../src/host/processes.ts';
import { abilities } from '../../../src/kernel/abilities.ts';
import { hostLacks } from '../../../src/kernel/choose.ts';
import { distDirectory } from '../../../src/kernel/places.ts';
import { FoundNodes } from '../../../src/undo/found-nodes.ts';
import { difference, readNodeState, type NodeState } from '../../contract/programs/node-state.mjs';
import { cgroups, ControlGroup } from '../cli/cgroup.ts';
import { Machine } from '../cli/machine.ts';
import { uniformFloat64 } from '../run/uniform.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const main = join(distDirectory(), 'cli/main.js');

const INSTANTS = Number(process.env['CHAOS_TEST_INSTANTS'] ?? 16);
const SEED = Number(process.env['CHAOS_TEST_SEED'] ?? 1);
/** Every kind is in force and out of it again after about so long on an idle machine. */
const WHOLE_ROUND_MS = 4000;
/** What routing and daemons do by themselves has so long. */
const SETTLES_WITHIN_MS = 15_000;

interface Pids {
  readonly runner: number;
  readonly engine: number;
  readonly watchdog: number;
}

/** A run in a router of FRR that is up before it and after it: a lab that somebody else holds. */
describe('a run that acts outside a sandbox and is killed', function () {
  this.timeout(INSTANTS * 60_000 + 60_000);
  let machine: Machine;
  let lab: ChildProcess;
  let router = 0;
  let before: NodeState = {};
  let untouched: ReturnType<Machine['fingerprint']>;
  const generator = xoroshiro128plus(SEED);
  const random = (): number => uniformFloat64(generator);
  let started: Started | undefined;
  const seen = { problems: new Set<string>(), left: 0 };

  before_(async function () {
    const able = cgroups !== undefined && process.getuid?.() === 0;
    if (!able || hostLacks({ netem: false }, abilities()).length > 0) {
      assert(process.env['CHAOS_TESTS_SKIP_NOTHING'] === undefined, 'this machine cannot run it');
      this.skip();
    }
    machine = await Machine.start();
    const file = join(here, '../fault/routing/routing.clab.yml');
    const argv = [process.execPath, main, 'lab', 'up', '--name', 'theirs', file];
    const [program = '', ...rest] = machine.enter(argv);
    lab = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
    await said(lab.stderr, /ready\./);
    router = routerOf(lab.pid ?? 0);
    await inRouter('ip', 'route', 'add', '10.99.0.0/16', 'via', '10.0.1.10');
    await settled();
    before = await state();
    untouched = machine.fingerprint();
  });

  after(async () => {
    if ((machine as Machine | undefined) === undefined) return;
    lab.kill('SIGTERM');
    if (lab.exitCode === null) await once(lab, 'exit');
    await machine.remove();
  });

  const registry = (): string => machine.within('tmp/chaos-runs-0');
  const registered = (): boolean => existsSync(join(machine.directory, 'tmp/chaos-runs-0'));

  /** what watchdogs and cleanups have said */
  function hostLog(): string {
    const path = join(machine.directory, 'run/host.ndjson');
    return existsSync(path) ? readFileSync(path, 'utf8') : 'no host log';
  }

  async function inRouter(...argv: readonly string[]): Promise<string> {
    return (await nodeOf(router, (node) => node.exec(argv))).stdout;
  }

  function state(): Promise<NodeState> {
    return nodeOf(router, (node) => readNodeState(node, processesIn));
  }

  async function settled(): Promise<void> {
    for (let waitedMs = 0; waitedMs < SETTLES_WITHIN_MS; waitedMs += 200) {
      const session = await inRouter('vtysh', '-c', 'show bgp neighbors 10.0.12.2 json');
      if (session.includes('"bgpState":"Established"')) return;
      await sleep(200);
    }
    assert.fail('no BGP session');
  }

  async function nothingLeft(group: ControlGroup, when: string): Promise<void> {
    assert.deepEqual(await group.remaining(), [], when);
    assert.equal(registered(), false, `still registered: ${when}: ${hostLog()}`);
    for (let waitedMs = 0; ; waitedMs += 200) {
      const change = difference(before, await state());
      if (change === '') break;
      assert(waitedMs < SETTLES_WITHIN_MS, `the node is not as before, ${when}: ${change}`);
      await sleep(200);
    }
    assert.deepEqual(machine.fingerprint(), untouched, when);
  }

  async function startRun(seed: number): Promise<Started> {
    const group = new ControlGroup();
    const directory = join(machine.directory, 'run');
    mkdirSync(directory, { mode: 0o700 });
    const program = join(here, 'programs/faults-outside.mjs');
    const run = [process.execPath, program, 'runner', distDirectory(), machine.within('run')];
    const argv = group.enter(machine.enter([...run, registry(), String(router), String(seed)]));
    const [command = '', ...rest] = argv;
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    while (!output.includes('\n')) {
      assert.equal(child.exitCode, null, 'the runner does not start');
      await sleep(5);
    }
    const pids = JSON.parse(output.slice(0, output.indexOf('\n'))) as Pids;
    started = { group, directory, child, pids, output: () => output };
    return started;
  }

  async function end({ group, directory, output }: Started): Promise<void> {
    for (const [, problem = ''] of output().matchAll(/"problem":"([^"]+)/g)) {
      seen.problems.add(problem.replaceAll(/\d+/g, 'n'));
    }
    group.kill();
    await group.remove();
    rmSync(directory, { recursive: true, force: true });
    started = undefined;
  }

  afterEach(async () => {
    if (started !== undefined) await end(started);
  });

  it(`at any of ${INSTANTS} instants leaves the node and the machine as they were`, async () => {
    for (let n = 0; n < INSTANTS; n++) {
      const run = await startRun(Math.floor(random() * 1e9));
      const whenMs = Math.round(((n + random()) / INSTANTS) * WHOLE_ROUND_MS);
      await sleep(whenMs);
      const victims = (['runner', 'engine', 'both', 'all'] as const)[n % 4] ?? 'both';
      killThem(run.pids, victims, random() < 0.5);
      const when = `${victims} killed after ${whenMs} ms; seed ${SEED}, instant ${n}`;
      if (victims === 'all') cleanUp(run, when);
      await nothingLeft(run.group, when);
      if (undoneIn(run.directory) > 0) seen.left++;
      await end(run);
      await settled();
    }
    assert(seen.left > INSTANTS / 2, `there was something to undo at ${seen.left} instants only`);
    assert.deepEqual([...seen.problems], []);
  });

  it('has a watchdog that no signal of a terminal ends, and that does its work then', async () => {
    const run = await startRun(1);
    const watchdog = readProcess(run.pids.watchdog);
    assert.equal(watchdog?.session, run.pids.watchdog);
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
      process.kill(run.pids.watchdog, signal);
    }
    await sleep(1000);
    process.kill(run.pids.runner, 'SIGHUP');
    await nothingLeft(run.group, 'SIGHUP');
    await end(run);
  });

  /** Nobody is left who could: it is said what would be done, then it is done, and then there is nothing to do. */
  function cleanUp(run: Started, when: string): void {
    while (run.group.members().some((pid) => Object.values(run.pids).includes(pid)));
    const left = cleanup('--dry-run');
    const steps = left.split('\n').filter((line) => line.startsWith('would undo'));
    const text = cleanup();
    const undid = text.split('\n').filter((line) => line.startsWith('undid of'));
    // an undo step of a file that is in the way of another tells nothing
    assert(undid.length <= steps.length, `${when}: ${left} ${text}`);
    assert.equal(undid.length > 0, steps.length > 0, `${when}: ${left} ${text}`);
    assert.match(cleanup(), /^nothing of ours is left/, when);
  }

  function cleanup(...options: readonly string[]): string {
    const argv = machine.enter([process.execPath, main, 'cleanup', ...options]);
    const [program = '', ...rest] = argv;
    const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    return stdout;
  }
});

interface Started {
  readonly group: ControlGroup;
  readonly directory: string;
  readonly child: ChildProcess;
  readonly pids: Pids;
  readonly output: () => string;
}

/** mocha's: the name is taken by what the node was before */
function before_(body: Mocha.AsyncFunc): void {
  before(body);
}

function killThem(pids: Pids, victims: 'runner' | 'engine' | 'both' | 'all', swap: boolean): void {
  const both = swap ? [pids.engine, pids.runner] : [pids.runner, pids.engine];
  const which = {
    runner: [pids.runner],
    engine: [pids.engine],
    both,
    all: [pids.watchdog, ...both],
  };
  for (const pid of which[victims]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended with the other one
    }
  }
}

/** How many steps somebody else than the engine has undone. */
function undoneIn(directory: string): number {
  const path = join(directory, 'host.ndjson');
  if (!existsSync(path)) return 0;
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const events = lines.map((line) => JSON.parse(line) as { what: string[]; failures: string[] });
  assert.deepEqual(
    events.flatMap(({ failures }) => failures),
    [],
  );
  return events.reduce((sum, { what }) => sum + what.length, 0);
}

/** The first process of the node r1 of the lab that `chaos lab up` holds. */
function routerOf(holder: number): number {
  const found = descendants(holder, listProcesses()).find(({ pid, command }) => {
    if (command !== 'sleep') return false;
    const argv = ['--target', String(pid), '--uts', 'hostname'];
    return spawnSync('nsenter', argv, { encoding: 'utf8' }).stdout.trim() === 'r1';
  });
  assert(found !== undefined, 'no router r1');
  return found.pid;
}

async function nodeOf<T>(
  pid: number,
  body: (node: {
    readonly initPid: number;
    readonly netnsFd: number;
    exec(argv: readonly string[]): Promise<{ readonly stdout: string }>;
  }) => Promise<T>,
): Promise<T> {
  const nodes = new FoundNodes();
  const netnsFd = openSync(`/proc/${pid}/ns/net`, 'r');
  try {
    const node = await nodes.node({ name: 'r1', init: readProcess(pid) ?? null });
    assert(node.absent !== true, 'the router is gone');
    const exec = (argv: readonly string[]): ReturnType<typeof node.exec> =>
      node.exec(argv, { timeoutMs: 30_000 });
    return await body({ initPid: pid, netnsFd, exec });
  } finally {
    closeSync(netnsFd);
    nodes.close();
  }
}

async function said(stream: NodeJS.ReadableStream | null, pattern: RegExp): Promise<void> {
  let text = '';
  for await (const chunk of stream ?? []) {
    text += chunk.toString();
    if (pattern.test(text)) return;
  }
  assert.fail(`it ended: ${text}`);
}
