import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findKernel } from '../../../src/kernel/find-kernel.ts';
import type { KernelName } from '../../../src/run/run-file.ts';
import { cgroups, ControlGroup } from '../cli/cgroup.ts';
import { Machine } from '../cli/machine.ts';

/**
 * Whatever of ours is killed, whenever: nothing is left. Processes are followed by a cgroup, which nothing below the
 * starter can leave; mounts, interfaces and files on a machine of their own. So other work does not disturb.
 */

const PROGRAMS = join(fileURLToPath(new URL('.', import.meta.url)), 'programs');
const INSTANTS = Number(process.env['CHAOS_TEST_INSTANTS'] ?? 50);
/** the longest wait from the start of the sandbox to the kill; boot and program take less on an idle machine */
const LONGEST_MS = 1200;

type Victim = 'starter' | 'sandbox' | 'any';

interface Scene {
  readonly group: ControlGroup;
  readonly runDirectory: string;
  readonly starter: ChildProcess;
}

/** a user without any rights; user namespaces are all that it may have */
const NOBODY = 65534;

function start(machine: Machine, kernel: KernelName, user: number, cache: string): Scene {
  const group = new ControlGroup();
  const runDirectory = join(machine.directory, 'run');
  mkdirSync(runDirectory);
  copyFileSync(join(PROGRAMS, 'stubborn.mjs'), join(runDirectory, 'stubborn.mjs'));
  for (const name of ['home', 'tmp', 'run']) chownSync(join(machine.directory, name), user, user);
  const [program = '', ...argv] = group.enter(
    machine.enter([
      ...['env', `XDG_CACHE_HOME=${cache}`, 'TSX_DISABLE_CACHE=1'],
      ...['setpriv', '--reuid', `${user}`, '--regid', `${user}`, '--clear-groups'],
      ...[process.execPath, '--import', tsx, join(PROGRAMS, 'outer.ts')],
      ...[kernel, 'real', machine.within('run'), 'stubborn.mjs'],
    ]),
  );
  const starter = spawn(program, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  return { group, runDirectory, starter };
}

/** by its place: the working directory is the machine's */
const tsx = import.meta.resolve('tsx');

/** A pid of the kind that is to be killed; undefined where there is none (yet). */
function victimOf(scene: Scene, kind: Victim, chance: number): number | undefined {
  const starter = scene.starter.pid;
  const below = scene.group
    .members()
    .filter((pid) => pid !== starter && !programOf(pid).endsWith('/esbuild'));
  if (kind === 'starter') return starter;
  if (kind === 'any') return below[Math.floor(chance * below.length)];
  return below.find((pid) => /^(\S*\/linux|unshare|setpriv)$/.test(programOf(pid)));
}

function programOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '';
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself
  }
}

async function killedOnce(
  machine: Machine,
  kernel: KernelName,
  user: number,
  cache: string,
  kind: Victim,
  afterMs: number,
): Promise<void> {
  const inCache = (): string[] => readdirSync(cache, { recursive: true, encoding: 'utf8' });
  const before = [machine.fingerprint(), inCache()];
  const scene = start(machine, kernel, user, cache);
  let said = '';
  const stdout = scene.starter.stdout;
  stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
  // the compiler that loads the starter is not what is tested
  if (stdout !== null) await once(stdout, 'data');
  await sleep(afterMs);
  const victim = victimOf(scene, kind, Math.random());
  const where = `${kernel}, ${kind} ${victim ?? 'none'} killed after ${Math.round(afterMs)} ms\n${said}`;
  try {
    if (victim !== undefined) kill(victim);
    // a guest or a daemon less may go on: then the starter is killed too
    await sleep(100);
    if (kind !== 'starter') scene.starter.kill('SIGKILL');
    assert.deepEqual(await scene.group.remaining(), [], `processes left: ${where}`);
    const after = [machine.fingerprint(), inCache()];
    assert.deepEqual(after, before, `the machine is not as it was: ${where}`);
    assert.deepEqual(readdirSync(scene.runDirectory), ['stubborn.mjs'], `run directory: ${where}`);
  } finally {
    scene.group.kill();
    await scene.group.remove();
    rmSync(scene.runDirectory, { recursive: true, force: true });
  }
}

describe('what a killed sandbox leaves behind', function () {
  this.timeout(INSTANTS * 30_000);

  let cache = '';
  let machine: Machine | undefined;

  before(async function () {
    const kernel = await findKernel();
    if (process.getuid?.() !== 0 || cgroups === undefined || kernel === undefined) this.skip();
    machine = await Machine.start();
    chmodSync(machine.directory, 0o755);
    cache = mkdtempSync(join(tmpdir(), 'leftovers-cache-'));
    chmodSync(cache, 0o755);
    const directory = dirname(kernel.path);
    cpSync(directory, join(cache, 'chaos', 'kernel', basename(directory)), { recursive: true });
  });

  after(async () => {
    await machine?.remove();
    if (cache !== '') rmSync(cache, { recursive: true, force: true });
  });

  const kinds: readonly Victim[] = ['starter', 'sandbox', 'any'];
  for (const [who, user, instants] of [
    ['root', 0, INSTANTS],
    ['an ordinary user', NOBODY, Math.ceil(INSTANTS / 3)],
  ] as const)
    for (const kernel of ['host', 'embedded'] as const)
      it(`nothing, at ${instants} instants: ${kernel}, as ${who}`, async function () {
        if (user === NOBODY && kernel === 'host' && !userNamespaces()) this.skip();
        assert(machine !== undefined);
        for (let n = 0; n < instants; n++) {
          const afterMs = ((n + Math.random()) / instants) * LONGEST_MS;
          await killedOnce(machine, kernel, user, cache, kinds[n % 3] ?? 'any', afterMs);
        }
      });
});

function userNamespaces(): boolean {
  const nobody = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'];
  const argv = [...nobody, 'unshare', '--user', '--map-root-user', '--net', 'true'];
  return spawnSync('setpriv', argv).status === 0;
}
