import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findKernel } from '../../../src/kernel/find-kernel.ts';
import type { KernelName } from '../../../src/run/run-file.ts';

/**
 * Whatever of ours is killed, whenever: nothing is left. Processes are followed by a cgroup, which nothing below the
 * starter can leave, so that other work on the machine does not disturb.
 */

const PROGRAMS = join(fileURLToPath(new URL('.', import.meta.url)), 'programs');
const INSTANTS = Number(process.env['CHAOS_TEST_INSTANTS'] ?? 50);
/** the longest wait from the start of the sandbox to the kill; boot and program take less on an idle machine */
const LONGEST_MS = 1200;
const GONE_WITHIN_MS = 5000;

type Victim = 'starter' | 'sandbox' | 'any';

interface Scene {
  readonly group: string;
  readonly home: string;
  readonly temporary: string;
  readonly runDirectory: string;
  readonly starter: ChildProcess;
}

/** cgroup 2, alone or beside version 1 */
const CGROUPS = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((at) =>
  existsSync(join(at, 'cgroup.procs')),
);

/** a user without any rights; user namespaces are all that it may have */
const NOBODY = 65534;

function start(kernel: KernelName, user: number, cache: string): Scene {
  const group = mkdtempSync(join(CGROUPS ?? '', 'chaos-test-'));
  const base = mkdtempSync(join(tmpdir(), 'leftovers-'));
  chmodSync(base, 0o755);
  const at = (name: string): string => {
    const path = join(base, name);
    mkdirSync(path);
    chownSync(path, user, user);
    return path;
  };
  const [home, temporary, runDirectory] = [at('home'), at('tmp'), at('run')];
  copyFileSync(join(PROGRAMS, 'stubborn.mjs'), join(runDirectory, 'stubborn.mjs'));
  const enter = `echo $$ >"${group}/cgroup.procs"; exec setpriv --reuid ${user} --regid ${user} --clear-groups "$@"`;
  const starter = [process.execPath, '--import', 'tsx', join(PROGRAMS, 'outer.ts')];
  const child = spawn(
    'sh',
    ['-c', enter, 'sh', ...starter, kernel, 'real', runDirectory, 'stubborn.mjs'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        TMPDIR: temporary,
        XDG_CACHE_HOME: cache,
        TSX_DISABLE_CACHE: '1',
      },
    },
  );
  return { group, home, temporary, runDirectory, starter: child };
}

function members(scene: Scene): number[] {
  const text = readFileSync(join(scene.group, 'cgroup.procs'), 'utf8');
  return text.split('\n').filter(Boolean).map(Number);
}

interface Fingerprint {
  readonly mounts: string;
  readonly interfaces: readonly string[];
  readonly sharedMemory: readonly string[];
  readonly cache: readonly string[];
}

function fingerprint(cache: string): Fingerprint {
  const names = (at: string): string[] => (existsSync(at) ? readdirSync(at).sort() : []);
  return {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
    interfaces: names('/sys/class/net'),
    sharedMemory: names('/dev/shm'),
    cache: names(join(cache, 'chaos', 'kernel')),
  };
}

/** Command lines of what is still in the group, zombies left out: they wait for the machine's own PID 1. */
function alive(scene: Scene): string[] {
  return members(scene).flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (/\) [ZX] /.test(stat)) return [];
      return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`];
    } catch {
      return [];
    }
  });
}

async function untilGone(scene: Scene): Promise<string[]> {
  for (let waited = 0; ; waited += 20) {
    const left = alive(scene);
    if (left.length === 0 || waited > GONE_WITHIN_MS) return left;
    await sleep(20);
  }
}

/** A group with a zombie in it is busy. */
async function removeGroup(scene: Scene): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      rmdirSync(scene.group);
      return;
    } catch (error) {
      if (tries === 250) throw error;
      await sleep(20);
    }
  }
}

/** A pid of the kind that is to be killed; undefined where there is none (yet). */
function victimOf(scene: Scene, kind: Victim, chance: number): number | undefined {
  const starter = scene.starter.pid;
  const below = members(scene).filter(
    (pid) => pid !== starter && !programOf(pid).endsWith('/esbuild'),
  );
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
  kernel: KernelName,
  user: number,
  cache: string,
  kind: Victim,
  afterMs: number,
): Promise<void> {
  const before = fingerprint(cache);
  const scene = start(kernel, user, cache);
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
    assert.deepEqual(await untilGone(scene), [], `processes left: ${where}`);
    assert.deepEqual(fingerprint(cache), before, `the machine is not as it was: ${where}`);
    assert.deepEqual(readdirSync(scene.temporary), [], `temporary files: ${where}`);
    assert.deepEqual(readdirSync(scene.home), [], `files at home: ${where}`);
    assert.deepEqual(readdirSync(scene.runDirectory), ['stubborn.mjs'], `run directory: ${where}`);
  } finally {
    members(scene).forEach(kill);
    await removeGroup(scene);
    rmSync(join(scene.home, '..'), { recursive: true, force: true });
  }
}

describe('what a killed sandbox leaves behind', function () {
  this.timeout(INSTANTS * 12_000);

  let cache = '';

  before(async function () {
    const kernel = await findKernel();
    if (process.getuid?.() !== 0 || CGROUPS === undefined || kernel === undefined) this.skip();
    cache = mkdtempSync(join(tmpdir(), 'leftovers-cache-'));
    chmodSync(cache, 0o755);
    const directory = dirname(kernel.path);
    cpSync(directory, join(cache, 'chaos', 'kernel', basename(directory)), { recursive: true });
  });

  after(() => {
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
        for (let n = 0; n < instants; n++) {
          const afterMs = ((n + Math.random()) / instants) * LONGEST_MS;
          await killedOnce(kernel, user, cache, kinds[n % 3] ?? 'any', afterMs);
        }
      });
});

function userNamespaces(): boolean {
  const nobody = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'];
  const argv = [...nobody, 'unshare', '--user', '--map-root-user', '--net', 'true'];
  return spawnSync('setpriv', argv).status === 0;
}
