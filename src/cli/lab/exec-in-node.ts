import { constants } from 'node:os';
import { ChaosError } from '../../errors.ts';
import type { HeldLab } from './lab-directory.ts';
import { talkTo, type LabConversation } from './lab-client.ts';

export interface NodeCommand {
  readonly node: string;
  readonly argv: readonly string[];
  /** a terminal of its own: for a shell */
  readonly terminal: boolean;
}

/** Run a command in a node with our own standard streams; its exit code (128 + number for a signal). */
export async function execInNode(lab: HeldLab, command: NodeCommand): Promise<number> {
  const conversation = await talkTo(lab);
  conversation.send({ type: 'exec', ...command });
  const raw = command.terminal && process.stdin.isTTY;
  if (raw) process.stdin.setRawMode(true);
  forwardInput(conversation);
  try {
    return await copyReplies(conversation);
  } finally {
    if (raw) process.stdin.setRawMode(false);
    process.stdin.destroy();
    conversation.close();
  }
}

function forwardInput(conversation: LabConversation): void {
  process.stdin.on('data', (chunk: Buffer) => {
    conversation.send({ type: 'input', base64: chunk.toString('base64') });
  });
  process.stdin.once('end', () => conversation.send({ type: 'end-of-input' }));
}

async function copyReplies(conversation: LabConversation): Promise<number> {
  for await (const reply of conversation.replies) {
    switch (reply.type) {
      case 'output': {
        const stream = reply.stream === 'stdout' ? process.stdout : process.stderr;
        stream.write(Buffer.from(reply.base64, 'base64'));
        break;
      }
      case 'exit':
        return reply.code ?? 128 + signalNumber(reply.signal);
      case 'error':
        throw new ChaosError('not-found', reply.message);
      case 'nodes':
        break;
      default:
        reply satisfies never;
    }
  }
  throw new ChaosError('lab-failed', 'the lab went away while the command ran');
}

function signalNumber(signal: string | null): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return numbers[signal ?? ''] ?? 0;
}
