import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the machine's directory is inside of it. */
const WITHIN = '/mnt';

/**
 * Mounts, interfaces and files of its own, in namespaces, as a machine that nobody else works on: whatever is there
 * afterwards and was not before, our programs left. Its mounts are shared, as systemd's are: one that is made below
 * and not kept private shows here.
 */
export class Machine {
  /** `/mnt` inside */
  readonly directory: string;
  readonly #holder: ChildProcess;

  static async start(): Promise<Machine> {
    const directory = mkdtempSync(join(tmpdir(), 'machine-'));
    for (const name of ['home', 'tmp']) mkdirSync(join(directory, name));
    const script = [
      'mount --bind "$1" /mnt',
      ...['/dev/shm', '/run', '/var/tmp'].map((at) => `mount -t tmpfs -o mode=1777 none ${at}`),
      'mount --make-rshared /',
      'ip link set dev lo up',
      'echo up',
      'exec sleep infinity',
    ].join(' && ');
    const namespaces = ['--mount', '--net', '--ipc', '--propagation', 'private'];
    const argv = [...namespaces, '--', 'sh', '-c', script, 'sh', directory];
    const holder = spawn('unshare', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]);
    if (holder.exitCode !== null) throw new Error('cannot make a machine');
    return new Machine(directory, holder);
  }

  private constructor(directory: string, holder: ChildProcess) {
    this.directory = directory;
    this.#holder = holder;
  }

  get #pid(): string {
    return String(this.#holder.pid);
  }

  /** argv that runs `argv` in it; `exec`: the process is the very one that is started */
  enter(argv: readonly string[]): readonly string[] {
    const environment = [`HOME=${WITHIN}/home`, `TMPDIR=${WITHIN}/tmp`];
    // the kernel that is built is no part of what is tested
    const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
    return [
      ...['nsenter', '--target', this.#pid, '--mount', '--net', '--ipc', `--wd=${WITHIN}`, '--'],
      ...['env', '-u', 'XDG_RUNTIME_DIR', ...environment, `XDG_CACHE_HOME=${cache}`],
      ...argv,
    ];
  }

  run(argv: readonly string[]): string {
    const [program = '', ...rest] = this.enter(argv);
    const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** Programs that start late: what comes between, comes between. */
  slowDown(program: string): void {
    const real = join(this.directory, 'real');
    const slow = join(this.directory, 'slow');
    copyFileSync(program, real);
    writeFileSync(slow, `#!/bin/sh\nsleep 1\nexec ${this.within('real')} "$@"\n`, { mode: 0o755 });
    this.run(['mount', '--bind', this.within('slow'), program]);
  }

  atFullSpeed(program: string): void {
    this.run(['umount', '--lazy', program]);
  }

  within(...path: readonly string[]): string {
    return join(WITHIN, ...path);
  }

  /** All of it that is not a run's own directory. */
  fingerprint(): Readonly<Record<string, readonly string[]>> {
    const root = `/proc/${this.#pid}/root`;
    const below = (at: string): string[] =>
      readdirSync(root + at, { recursive: true, encoding: 'utf8' }).sort();
    const lines = (name: string): string[] =>
      readFileSync(`/proc/${this.#pid}/${name}`, 'utf8').split('\n');
    return {
      mounts: lines('mountinfo'),
      rules: this.run(['nft', 'list', 'ruleset']).split('\n'),
      qdiscs: this.run(['tc', 'qdisc', 'show']).split('\n'),
      interfaces: lines('net/dev').map((line) => line.split(':')[0] ?? ''),
      sharedMemory: below('/dev/shm'),
      run: below('/run'),
      temporary: [...below('/var/tmp'), ...below(this.within('tmp'))],
      home: below(this.within('home')),
    };
  }

  async remove(): Promise<void> {
    this.#holder.kill('SIGKILL');
    if (this.#holder.exitCode === null && this.#holder.signalCode === null) {
      await once(this.#holder, 'exit');
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
