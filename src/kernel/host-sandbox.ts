import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ChaosError } from '../errors.ts';
import { dieWithUs } from '../host/die-with-us.ts';
import { SYSTEM_PATH } from './find-program.ts';
import { BESIDE_DOCKER, dockerIsolation, hostIsolation } from './host-isolation.ts';
import { distDirectory } from './places.ts';
import { SandboxProcess } from './sandbox-process.ts';
import type { Sandbox, SandboxOptions } from './sandbox.ts';

/**
 * PID 1 of the sandbox: a shell that waits for the engine and reaps whatever else is orphaned. When it ends, the kernel
 * kills every process in there, and with the last of them go namespaces, interfaces and mounts.
 */
const REAPER = 'echo lab >/proc/sys/kernel/hostname; ip link set dev lo up; "$@"; exit $?';

/** Beside a Docker of the machine there is no PID 1 of ours: the engine is the process that dies with its starter. */
const BESIDE = 'echo lab >/proc/sys/kernel/hostname; ip link set dev lo up; exec "$@"';

/** Starts the engine in fresh namespaces on the host's kernel; they end when it ends, or when this process does. */
export async function startOnHost(options: SandboxOptions): Promise<Sandbox> {
  if (options.clock !== 'real')
    throw new ChaosError('cannot-run-here', 'the host kernel has the real clock only', {
      hint: '--kernel embedded --clock warp',
    });
  const { module, runDirectory, args } = options;
  const program = module.startsWith('/') ? module : join(distDirectory(), module);
  const engine = [process.execPath, program, runDirectory, ...args];
  // the death signal is lost with a change of user, so nothing after it may change it outside of the namespaces
  const [starter, ...argv] = dieWithUs([...enter(options), ...engine]);
  const child = spawn(starter, argv, {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    cwd: runDirectory,
    // no home: what daemons and shells write there would stay
    env: { PATH: SYSTEM_PATH, HOME: '/nonexistent', LANG: 'C.UTF-8', TZ: 'UTC', TERM: 'dumb' },
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  return new SandboxProcess(child.pid ?? 0, child, {
    messages: child.stdout,
    input: child.stdin,
    noise: [child.stderr],
  });
}

/** argv that is put before the engine's. */
function enter({ containers }: SandboxOptions): readonly string[] {
  if (containers === 'host') return [...BESIDE_DOCKER, 'sh', '-c', BESIDE, 'sh'];
  const isolation = containers === 'own' ? dockerIsolation() : hostIsolation();
  if (isolation === undefined)
    throw new ChaosError('cannot-run-here', 'this machine gives no namespaces to this user', {
      hint: 'run as root, or: chaos run --kernel embedded',
    });
  return [...isolation.enter, 'sh', '-c', REAPER, 'sh'];
}
