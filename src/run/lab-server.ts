import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { execFile, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '../errors.ts';
import type { StartedLab } from '../lab/lab.ts';
import type { LabNodeState, LabReply, LabRequest } from './lab-control.ts';

const run = promisify(execFile);

/** Answer `chaos lab exec|shell|list|down` at a Unix socket; resolves when it listens. Gives what ends that. */
export async function serveLab(
  lab: StartedLab,
  socketPath: string,
  onDown: () => void,
): Promise<() => void> {
  rmSync(socketPath, { force: true });
  const server = createServer((connection) => {
    serve(lab, connection, onDown);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return () => {
    server.close();
  };
}

function serve(lab: StartedLab, connection: Socket, onDown: () => void): void {
  let child: ChildProcess | undefined;
  const reply = (message: LabReply): void => {
    connection.write(`${JSON.stringify(message)}\n`);
  };
  connection.on('error', () => child?.kill('SIGKILL'));
  connection.on('close', () => child?.kill('SIGHUP'));
  // what one request comes to is its own affair: the lab goes on
  const refuse = (error: unknown): void => {
    reply({ type: 'error', message: messageOf(error) });
    connection.end();
  };
  const obey = (request: LabRequest): void => {
    switch (request.type) {
      case 'list':
        listNodes(lab).then((nodes) => {
          reply({ type: 'nodes', nodes });
          connection.end();
        }, refuse);
        break;
      case 'exec':
        child = execute(lab, request, reply, connection);
        break;
      case 'input':
        child?.stdin?.write(Buffer.from(request.base64, 'base64'));
        break;
      case 'end-of-input':
        child?.stdin?.end();
        break;
      case 'down':
        connection.end();
        onDown();
        break;
      default:
        request satisfies never;
    }
  };
  createInterface({ input: connection }).on('line', (line) => {
    try {
      obey(JSON.parse(line) as LabRequest);
    } catch (error) {
      refuse(error);
    }
  });
}

function execute(
  lab: StartedLab,
  request: Extract<LabRequest, { type: 'exec' }>,
  reply: (message: LabReply) => void,
  connection: Socket,
): ChildProcess | undefined {
  const known = lab.topology.nodes.some((n) => n.name === request.node);
  if (!known) {
    const names = lab.topology.nodes.map((n) => n.name).join(', ');
    reply({ type: 'error', message: `no node '${request.node}' in this lab; it has: ${names}` });
    connection.end();
    return undefined;
  }
  // script(1) gives a terminal without a native module; -e hands the exit code on
  const argv = request.terminal
    ? ['script', '-qefc', request.argv.map(shellWord).join(' '), '/dev/null']
    : request.argv;
  const child = lab.node(request.node).spawn(argv, { env: { TERM: 'xterm-256color' } });
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.on('data', (chunk: Buffer) => {
      reply({ type: 'output', stream, base64: chunk.toString('base64') });
    });
  }
  child.stdin?.on('error', () => undefined);
  child.once('error', (error) => {
    reply({ type: 'error', message: `${request.argv[0] ?? ''}: ${error.message}` });
    connection.end();
  });
  child.once('close', (code, signal) => {
    reply({ type: 'exit', code, signal });
    connection.end();
  });
  return child;
}

function shellWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

async function listNodes(lab: StartedLab): Promise<readonly LabNodeState[]> {
  return Promise.all(
    lab.topology.nodes.map(async (node) => {
      const started = lab.node(node.name);
      // by the machine's program: an image need not have one
      const { stdout } = await started.inNet(() => run('ip', ['-br', 'address']));
      const addresses = stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/\s+/))
        .filter(([name]) => name !== 'lo')
        .map(([name = '', , ...rest]) => [name.replace(/@.*/, ''), ...rest].join(' ').trim());
      return {
        name: node.name,
        image: node.foreign ? node.image : node.mappedImage,
        level: started.level,
        addresses,
      };
    }),
  );
}
