import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { ChaosError } from '../errors.ts';
import { dieWithUs } from '../host/die-with-us.ts';
import { findKernel, type EmbeddedKernel } from './find-kernel.ts';
import { GUEST_FD, guestArguments, guestEnvironment } from './guest-command.ts';
import { memoryDirectory } from './memory-directory.ts';
import { distDirectory, kernelFiles, modulesDirectory } from './places.ts';
import { quietCpu } from './quiet-cpu.ts';
import { SandboxProcess } from './sandbox-process.ts';
import type { Sandbox, SandboxOptions } from './sandbox.ts';
import { watchForStall } from './watchdog.ts';

const ENGINE_ENDED = /^chaos-engine-ended (\d+)$/;

/** What the kernel says at every start and end; `running` answers the watchdog. */
const USUAL =
  /^(chaos-engine-ended|Failed to initialize ubd device 0|sysrq: Power Off|reboot: Power down|running|make_umid|Failed to initialize umid)/;

/**
 * Starts the engine in the embedded kernel: one process (its guest processes are children of it that ask to die with
 * it), in a session of its own, that dies with this process. It leaves nothing on the disk: its memory is an unlinked
 * file, and it makes no directory for itself.
 */
export async function startEmbedded(options: SandboxOptions): Promise<Sandbox> {
  const kernel = await findKernel();
  if (kernel === undefined)
    throw new ChaosError('cannot-run-here', 'there is no embedded kernel on this machine', {
      hint: 'chaos kernel build',
    });
  if (options.clock === 'warp' && !kernel.warp)
    throw new ChaosError('cannot-run-here', `${kernel.path} has the real clock only`, {
      hint: 'chaos kernel build',
    });
  const sandbox = await spawnKernel(kernel, options);
  sandbox.onNoise((line) => {
    const ended = ENGINE_ENDED.exec(line);
    if (ended?.[1] !== undefined) sandbox.engineCode = Number(ended[1]);
  });
  if (options.clock === 'warp') watchForStall(sandbox, options.stallAfterMs);
  return sandbox;
}

/** Modules of ours are under /chaos/dist in the guest; an absolute path is the guest's own. */
function engineCommand(options: SandboxOptions): readonly string[] {
  const module = options.module.startsWith('/') ? options.module : `/chaos/dist/${options.module}`;
  return [module, '/run-dir', ...options.args];
}

async function spawnKernel(
  kernel: EmbeddedKernel,
  options: SandboxOptions,
): Promise<SandboxProcess> {
  const cpu = quietCpu();
  const pinned = cpu === undefined ? [] : ['taskset', '--cpu-list', String(cpu)];
  const guest = guestArguments({ ...options, kernel, engine: engineCommand(options) });
  const [starter, ...argv] = dieWithUs([...pinned, ...fixedAddresses(), kernel.path, ...guest]);
  const directories = guestDescriptors(kernel, options);
  try {
    const child = spawn(starter, argv, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', ...directories],
      detached: true,
      cwd: '/',
      env: {
        ...guestEnvironment(options.clock, options.seed),
        TMPDIR: memoryDirectory(options.memoryMb),
      },
    });
    const pid = await started(child);
    const console = child.stdio[GUEST_FD.console] as Duplex;
    const noise = [child.stdout, child.stderr].filter((stream) => stream !== null);
    return new SandboxProcess(pid, child, {
      messages: console,
      input: console,
      noise,
      usual: USUAL,
    });
  } finally {
    for (const fd of directories) closeSync(fd);
  }
}

/** Where personality(2) is refused (Docker's default seccomp profile), runs do not repeat; `doctor` says so. */
function fixedAddresses(): readonly string[] {
  const tried = spawnSync('setarch', ['-R', 'true'], { stdio: 'ignore' });
  return tried.status === 0 ? ['setarch', '-R'] : [];
}

/** Open directories (and a disk), in the order of their numbers in GUEST_FD. */
function guestDescriptors(
  kernel: EmbeddedKernel,
  { runDirectory, docker }: SandboxOptions,
): number[] {
  const paths = [
    kernelFiles,
    distDirectory(),
    modulesDirectory(),
    runDirectory,
    dirname(process.execPath),
  ];
  const opened = paths.map((path) => openSync(path, 'r'));
  // its place is taken either way where something follows
  if (kernel.source === 'packaged' || docker !== undefined) opened.push(nowhere());
  if (docker !== undefined) {
    opened.push(openSync(docker.programs, 'r'));
    opened.push(openSync(docker.disk, 'r'));
  }
  return opened;
}

/** A directory that is already gone: an unpatched kernel insists on one, and can make nothing in this. */
function nowhere(): number {
  const path = mkdtempSync(join(tmpdir(), 'chaos-'));
  try {
    return openSync(path, 'r');
  } finally {
    rmdirSync(path);
  }
}

function started(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
    child.once('error', (cause) =>
      reject(
        new ChaosError('cannot-run-here', 'setpriv (util-linux) does not start', {
          hint: 'apt-get install util-linux',
          cause,
        }),
      ),
    );
  });
}
