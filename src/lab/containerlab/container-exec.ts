import { createWriteStream } from 'node:fs';
import { Writable } from 'node:stream';
import type Docker from 'dockerode';
import { KeptOutput, killWhen } from '../../host/commands.ts';
import type { CommandResult, NodeExecOptions } from '../lab.ts';
import type { Daemon, DaemonEnd, DaemonOptions } from '../node-services.ts';
import { endOf, type ContainerEvents } from './container-events.ts';

const POLL_MS = 20;

/** What runc says on standard output when it could not start the program: the exit code is then 126 or 127. */
const NOT_STARTED = /^OCI runtime exec failed: .*/s;

/** Run a command in a container to its end, as `docker exec` does. */
export async function execInContainer(
  container: Docker.Container,
  argv: readonly string[],
  options: NodeExecOptions = {},
): Promise<CommandResult> {
  const hasInput = options.input !== undefined;
  const exec = await container.exec({
    ...execOptions(argv, options.env, options.user),
    AttachStdin: hasInput,
  });
  const stream = await exec.start({ hijack: hasInput, stdin: hasInput });
  const stdout = new KeptOutput();
  const stderr = new KeptOutput();
  demux(container, stream, into(stdout), into(stderr));
  if (hasInput) stream.end(options.input);
  const stopWaiting = killWhen(() => {
    kill(exec);
  }, options);
  await ended(stream);
  stopWaiting();
  const code = await exitOf(exec);
  const why = code === 126 || code === 127 ? NOT_STARTED.exec(stdout.text())?.[0] : undefined;
  if (why !== undefined) throw new Error(`${argv.join(' ')}: could not start: ${why.trim()}`);
  return { argv, code, signal: null, stdout: stdout.text(), stderr: stderr.text() };
}

/** Start a daemon in a container; its output goes to a file of the run. */
export async function startInContainer(
  container: Docker.Container,
  events: ContainerEvents,
  argv: readonly string[],
  { env, logPath, user }: DaemonOptions,
  onEnd: (end: DaemonEnd) => void,
): Promise<Daemon> {
  const exec = await container.exec(execOptions(argv, env, user));
  // what it leaves behind may hold its output open: its end is what Docker says of it
  events.onExecEnd(exec.id, (code) => {
    onEnd(endOf(code));
  });
  const stream = await exec.start({ hijack: false, stdin: false });
  const log = createWriteStream(logPath, { flags: 'a' });
  demux(container, stream, log, log);
  void ended(stream).then(() => log.end());
  return { pid: await pidOf(exec) };
}

/** Docker's stream holds both outputs, each piece with a head of eight bytes. */
function demux(
  container: Docker.Container,
  stream: NodeJS.ReadableStream,
  stdout: Writable,
  stderr: Writable,
): void {
  const modem = container.modem as {
    demuxStream(from: NodeJS.ReadableStream, stdout: Writable, stderr: Writable): void;
  };
  modem.demuxStream(stream, stdout, stderr);
}

function execOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  user?: string,
): Docker.ExecCreateOptions {
  return {
    ...(user !== undefined && { User: user }),
    Cmd: [...argv],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    AttachStdout: true,
    AttachStderr: true,
  };
}

/** The stream ends when nobody holds its far end any more: not before, and not by itself. */
function ended(stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['end', 'close', 'error']) stream.once(event, () => resolve());
  });
}

async function exitOf(exec: Docker.Exec): Promise<number> {
  for (;;) {
    const { Running, ExitCode } = await exec.inspect();
    if (!Running && ExitCode !== null) return ExitCode;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** null: it has ended already. */
async function pidOf(exec: Docker.Exec): Promise<number | null> {
  for (;;) {
    const { Running, Pid, ExitCode } = await exec.inspect();
    if (Running && Pid > 0) return Pid;
    if (!Running && ExitCode !== null) return null;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** To end the stream would leave the command running. */
function kill(exec: Docker.Exec): void {
  pidOf(exec)
    .then((pid) => {
      if (pid !== null) process.kill(pid, 'SIGKILL');
    })
    // it has ended by itself, or with its container: the stream says so
    .catch(() => undefined);
}

function into(kept: KeptOutput): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      kept.add(chunk);
      done();
    },
  });
}
