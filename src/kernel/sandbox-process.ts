import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Sandbox, SandboxExit } from './sandbox.ts';

/** How much of what is not a message is kept for the error report, in characters. */
const KEPT = 64 * 1024;

/** Calls `listener` with each full line, without its end (the guest's console ends lines with CR LF). */
export function eachLine(stream: Readable, listener: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) listener(line.endsWith('\r') ? line.slice(0, -1) : line);
  });
  stream.on('end', () => {
    if (rest !== '') listener(rest);
  });
  // a reset by a killed process is an end
  stream.on('error', () => undefined);
}

export interface SandboxStreams {
  /** the engine's standard output: messages, and whatever else it prints */
  readonly messages: Readable;
  /** the engine's standard input; its end tells the engine that nobody is left to report to */
  readonly input: Writable;
  /** everything else that the sandbox says */
  readonly noise: readonly Readable[];
  /** lines of it that mean nothing to anybody who reads an error report */
  readonly usual?: RegExp;
}

/** A sandbox that runs as a child process, whatever is in it. Kernel kinds differ in streams and in how they end. */
export class SandboxProcess implements Sandbox {
  readonly pid: number;
  readonly exited: Promise<SandboxExit>;
  /** the guest's own word on how the engine ended, where the child's exit code does not say it */
  engineCode: number | null = null;
  stall: SandboxExit['stall'] = null;

  private readonly child: ChildProcess;
  private readonly input: Writable;
  private readonly usual: RegExp;
  private readonly listeners: ((line: string) => void)[] = [];
  private readonly saidListeners: (() => void)[] = [];
  private readonly noiseListeners: ((line: string) => void)[] = [];
  private early: string[] | null = [];
  private kept = '';

  constructor(pid: number, child: ChildProcess, streams: SandboxStreams) {
    this.pid = pid;
    this.child = child;
    this.input = streams.input;
    this.input.on('error', () => undefined);
    eachLine(streams.messages, (line) => this.said(line));
    this.usual = streams.usual ?? /^$/;
    for (const stream of streams.noise) eachLine(stream, (line) => this.noise(line));
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve(this.ended(code, signal)));
    });
  }

  onLine(listener: (line: string) => void): void {
    this.listeners.push(listener);
    const early = this.early;
    this.early = null;
    for (const line of early ?? []) listener(line);
  }

  /** Called for every message, without keeping the early ones. */
  onSaid(listener: () => void): void {
    this.saidListeners.push(listener);
  }

  onNoise(listener: (line: string) => void): void {
    this.noiseListeners.push(listener);
  }

  output(): string {
    return this.kept.slice(-KEPT);
  }

  send(line: 'interrupt' | 'resume'): void {
    if (this.input.writable) this.input.write(`${line}\n`);
  }

  /** Asks the kernel who is running (SIGUSR2); false where there is nobody left to ask. */
  ask(): boolean {
    return this.child.exitCode === null && this.child.kill('SIGUSR2');
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Lines before the first listener are kept for it. */
  private said(line: string): void {
    if (!line.startsWith('{')) {
      this.noise(line);
      return;
    }
    this.early?.push(line);
    for (const listener of this.listeners) listener(line);
    for (const listener of this.saidListeners) listener();
  }

  private noise(line: string): void {
    for (const listener of this.noiseListeners) listener(line);
    if (line === '' || this.usual.test(line)) return;
    this.kept += `${line}\n`;
    if (this.kept.length > 2 * KEPT) this.kept = this.kept.slice(-KEPT);
  }

  /** A shell in between reports a signal as 128 + its number (POSIX sh, 2.8.2). */
  private ended(childCode: number | null, childSignal: string | null): SandboxExit {
    const code = this.engineCode ?? childCode;
    if (code !== null && code > 128 && code < 192)
      return { code: null, signal: signalName(code - 128), stall: this.stall };
    return { code, signal: code === null ? childSignal : null, stall: this.stall };
  }
}

const SIGNAL_NAMES: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
};

function signalName(number: number): string {
  return SIGNAL_NAMES[number] ?? `signal ${number}`;
}
