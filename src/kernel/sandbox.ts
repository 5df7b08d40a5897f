import type { ClockName, KernelName } from '../run/run-file.ts';

/** Where an engine runs: fresh namespaces on the host kernel, or the embedded kernel. It dies with its starter. */
export interface SandboxOptions {
  readonly kernel: KernelName;
  readonly clock: ClockName;
  readonly seed: number;
  /** absolute; the engine sees it as `/run-dir` in the embedded kernel (and by its own path on the host) */
  readonly runDirectory: string;
  /** module of ours under dist/ that node runs inside, e.g. 'run/engine-main.js' */
  readonly module: string;
  readonly args: readonly string[];
  readonly memoryMb: number;
  /** embedded, warp: lab time that stands still for so long (wall clock) is a stall */
  readonly stallAfterMs: number;
  /** embedded: a Docker of its own is started in there */
  readonly docker?: GuestDocker;
  /**
   * host: containers run in a Docker of the sandbox's own, or in the machine's, whose processes the engine must see. In
   * the latter case what the engine has made ends with it, and the containers don't.
   */
  readonly containers?: 'own' | 'host';
}

/** What the guest's init mounts for it. */
export interface GuestDocker {
  /** directory with the stock containerlab */
  readonly programs: string;
  /** file with an ext4 file system that holds images; only read, so that any number of runs may share it */
  readonly disk: string;
}

export interface SandboxExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** lab time stood still: who was running, and where */
  readonly stall: { readonly wallMs: number; readonly culprit: string } | null;
}

export interface Sandbox {
  readonly pid: number;
  /** each line of the engine's standard output that is a JSON object */
  onLine(listener: (line: string) => void): void;
  /** what else came out (kernel messages, stack traces): kept for the error report, bounded */
  output(): string;
  send(line: 'interrupt' | 'resume'): void;
  kill(): void;
  readonly exited: Promise<SandboxExit>;
}

export type StartSandbox = (options: SandboxOptions) => Promise<Sandbox>;
