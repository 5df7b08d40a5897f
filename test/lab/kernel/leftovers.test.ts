import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findKernel } from '../../../src/kernel/find-kernel.ts';
import { kernelCache } from '../../../src/kernel/places.ts';
import type { KernelName } from '../../../src/run/run-file.ts';

/**
 * Whatever of ours is killed, whenever: nothing is left. Processes are followed by a cgroup, which nothing below the
 * starter can leave, so that other work on the machine does not disturb.
 */

const PROGRAMS = join(fileURLToPath(new URL('.', import.meta.url)), 'programs');
const INSTANTS = Number(process.env['CHAOS_TEST_INSTANTS'] ?? 50);
/** the longest wait before the kill: start, boot and all of the program take less */
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

function start(kernel: KernelName): Scene {
  const group = mkdtempSync(join(CGROUPS ?? '', 'chaos-test-'));
  const base = mkdtempSync(join(tmpdir(), 'leftovers-'));
  const at = (name: string): string => {
    const path = join(base, name);
    mkdirSync(path);
    return path;
  };
  const [home, temporary, runDirectory] = [at('home'), at('tmp'), at('run')];
  copyFileSync(join(PROGRAMS, 'stubborn.mjs'), join(runDirectory, 'stubborn.mjs'));
  const enter = `echo $$ >"${group}/cgroup.procs"; exec "$@"`;
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
        XDG_CACHE_HOME: join(kernelCache(), '..', '..'),
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

function fingerprint(): Fingerprint {
  const names = (at: string): string[] => (existsSync(at) ? readdirSync(at).sort() : []);
  return {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
    interfaces: names('/sys/class/net'),
    sharedMemory: names('/dev/shm'),
    cache: names(kernelCache()),
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
  const below = members(scene).filter((pid) => pid !== starter);
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

async function killedOnce(kernel: KernelName, kind: Victim, afterMs: number): Promise<void> {
  const before = fingerprint();
  const scene = start(kernel);
  let said = '';
  scene.starter.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
  await sleep(afterMs);
  const victim = victimOf(scene, kind, Math.random());
  const where = `${kernel}, ${kind} ${victim ?? 'none'} killed after ${Math.round(afterMs)} ms\n${said}`;
  try {
    if (victim !== undefined) kill(victim);
    // a guest or a daemon less may go on: then the starter is killed too
    await sleep(100);
    if (kind !== 'starter') scene.starter.kill('SIGKILL');
    assert.deepEqual(await untilGone(scene), [], `processes left: ${where}`);
    assert.deepEqual(fingerprint(), before, `the machine is not as it was: ${where}`);
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

  before(async function () {
    if (process.getuid?.() !== 0 || CGROUPS === undefined) this.skip();
    if ((await findKernel()) === undefined) this.skip();
  });

  for (const kernel of ['host', 'embedded'] as const)
    it(`nothing, at ${INSTANTS} instants: ${kernel}`, async () => {
      const kinds: readonly Victim[] = ['starter', 'sandbox', 'any'];
      for (let n = 0; n < INSTANTS; n++)
        await killedOnce(
          kernel,
          kinds[n % 3] ?? 'any',
          ((n + Math.random()) / INSTANTS) * LONGEST_MS,
        );
    });
});
