import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { ChaosError } from '../../errors.ts';
import type { LabReply, LabRequest } from '../../run/lab-control.ts';
import type { HeldLab } from './lab-directory.ts';

/** One request to a lab that is up. */
export interface LabConversation {
  send(request: LabRequest): void;
  /** until the lab closes the connection */
  readonly replies: AsyncIterable<LabReply>;
  close(): void;
}

export async function talkTo(lab: HeldLab): Promise<LabConversation> {
  const socket = await connected(lab);
  return {
    send: (request) => void socket.write(`${JSON.stringify(request)}\n`),
    replies: repliesOf(socket),
    close: () => socket.destroy(),
  };
}

async function* repliesOf(socket: Socket): AsyncGenerator<LabReply> {
  for await (const line of createInterface({ input: socket })) yield JSON.parse(line) as LabReply;
}

function connected(lab: HeldLab): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(lab.socket);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (cause) => {
      reject(
        new ChaosError('not-found', `the lab ${lab.name} does not answer`, {
          hint: 'chaos lab list; chaos cleanup removes what a killed lab left',
          cause,
        }),
      );
    });
  });
}
