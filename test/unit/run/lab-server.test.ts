import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { StartedLab } from '../../../src/lab/lab.ts';
import { serveLab } from '../../../src/run/lab-server.ts';

/** A lab whose node is gone: nothing can be done in it. */
const gone = {
  topology: { nodes: [{ name: 'r1' }] },
  node: () => ({
    inNet: () => {
      throw new Error('r1 is gone');
    },
    spawn: () => {
      throw new Error('r1 has no processes');
    },
  }),
} as unknown as StartedLab;

describe('run/lab-server', () => {
  const directory = mkdtempSync(join(tmpdir(), 'chaos-test-'));
  const socketPath = join(directory, 'control.sock');
  let close = (): void => undefined;

  before(async () => {
    close = await serveLab(gone, socketPath, () => undefined);
  });
  after(() => {
    close();
    rmSync(directory, { recursive: true });
  });

  const ask = async (line: string): Promise<string> => {
    const socket = connect(socketPath);
    socket.write(`${line}\n`);
    return text(socket);
  };
  const error = (message: string): string => `${JSON.stringify({ type: 'error', message })}\n`;

  it('says what went wrong with a request, and the lab goes on', async () => {
    assert.equal(await ask('{"type":"list"}'), error('r1 is gone'));
    const exec = { type: 'exec', node: 'r1', argv: ['true'], terminal: false };
    assert.equal(await ask(JSON.stringify(exec)), error('r1 has no processes'));
    assert.match(await ask('no JSON'), /^\{"type":"error","message":"Unexpected token/);
    assert.equal(await ask('{"type":"list"}'), error('r1 is gone'));
  });
});
