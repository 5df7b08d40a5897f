import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { ChaosError } from '../errors.ts';

export interface BuildCommandOptions {
  readonly cwd: string;
  /** everything that it says is added to this file */
  readonly log: string;
  readonly env?: Readonly<Record<string, string>>;
  /** inherited, so that a build's lock is held until its last process is gone */
  readonly lock: number;
  readonly stdin?: string;
  readonly onLine?: (line: string) => void;
  /** how to start it so that its descendants die with us: see `dyingWithUs` */
  readonly prefix?: readonly string[];
}

/** Runs one step of a kernel build; when it fails, says which, with the end of the log and where the rest is. */
export async function buildCommand(
  argv: readonly [string, ...string[]],
  options: BuildCommandOptions,
): Promise<void> {
  const code = await tryBuildCommand(argv, options);
  if (code === 0) return;
  const tail = readFileSync(options.log, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
  throw new ChaosError('cannot-run-here', `${argv.join(' ')} failed (exit ${code})\n${tail}`, {
    hint: `the whole log: ${options.log}`,
  });
}

/** The exit code of a step; -1 where it could not start or was killed. */
export async function tryBuildCommand(
  argv: readonly [string, ...string[]],
  options: BuildCommandOptions,
): Promise<number> {
  const log = openSync(options.log, 'a');
  const [program, ...args] = [...(options.prefix ?? []), ...argv] as [string, ...string[]];
  const stdin = options.stdin === undefined ? ('ignore' as const) : openSync(options.stdin, 'r');
  const piped = options.onLine === undefined ? log : ('pipe' as const);
  try {
    const child = spawn(program, args, {
      cwd: options.cwd,
      stdio: [stdin, piped, log, options.lock],
      env: { ...process.env, LC_ALL: 'C', ...options.env },
    });
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) options.onLine?.(line);
    });
    return await new Promise((resolve) => {
      child.once('error', () => resolve(-1));
      child.once('close', (code) => resolve(code ?? -1));
    });
  } finally {
    closeSync(log);
    if (typeof stdin === 'number') closeSync(stdin);
  }
}
