import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FrrVty } from '../../../src/observe/frr-vty-run.ts';

/** Speaks the framing of FRR's lib/vty.c (vtysh mode): commands end with NUL, answers with NUL NUL NUL code. */
class VtyServer {
  readonly commands: string[] = [];
  readonly path: string;
  connections = 0;
  answer: (socket: Socket, command: string) => void = (socket) => {
    socket.end();
  };
  readonly #directory: string;
  readonly #server: Server;

  constructor() {
    this.#directory = mkdtempSync(join(tmpdir(), 'vty-'));
    this.path = join(this.#directory, 'ospfd.vty');
    this.#server = createServer((socket) => {
      this.connections += 1;
      socket.on('data', (data) => {
        assert.equal(data.at(-1), 0);
        const command = data.toString('utf8', 0, data.length - 1);
        this.commands.push(command);
        this.answer(socket, command);
      });
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.path, resolve));
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    await closed;
    rmSync(this.#directory, { recursive: true });
  }
}

const reply = (text: string, code = 0): Buffer =>
  Buffer.concat([Buffer.from(text), Buffer.of(0, 0, 0, code)]);

describe('FrrVty', () => {
  let server: VtyServer;
  let vty: FrrVty;

  beforeEach(async () => {
    server = new VtyServer();
    await server.listen();
    vty = new FrrVty(() => server.path);
  });

  afterEach(async () => {
    vty.close();
    await server.close();
  });

  it('keeps one connection for many queries, and gives the return code', async () => {
    server.answer = (socket, command) => {
      socket.write(reply(command === 'show version' ? '8.4.4' : '% Unknown command', command === 'show version' ? 0 : 2));
    }; // prettier-ignore
    assert.deepEqual(await vty.query('show version'), { code: 0, text: '8.4.4' });
    assert.deepEqual(await vty.query('show nothing'), { code: 2, text: '% Unknown command' });
    assert.deepEqual(server.commands, ['show version', 'show nothing']);
    assert.equal(server.connections, 1);
  });

  it('puts an answer together that comes in pieces, the trailer cut in two', async () => {
    const pieces = [Buffer.from('{"neigh'), Buffer.from('bors":{}}\0\0'), Buffer.of(0, 0)];
    server.answer = (socket) => {
      const next = (): void => {
        const piece = pieces.shift();
        if (piece !== undefined) socket.write(piece, () => setTimeout(next, 5));
      };
      next();
    };
    assert.deepEqual(await vty.query('show ip ospf neighbor json'), {
      code: 0,
      text: '{"neighbors":{}}',
    });
  });

  it('answers null when the daemon goes away, and connects anew', async () => {
    assert.equal(await vty.query('one'), null);
    server.answer = (socket) => {
      socket.write(reply('back'));
    };
    assert.equal((await vty.query('two'))?.text, 'back');
    assert.equal(server.connections, 2);
  });

  it('answers null when there is no daemon', async () => {
    const nowhere = new FrrVty(() => `${server.path}-missing`);
    assert.equal(await nowhere.query('show version'), null);
    assert.equal(nowhere.busy, false);
  });

  it('is busy until it has an answer, and lets go when it is closed', async () => {
    server.answer = () => undefined;
    const asked = vty.query('show version');
    assert.equal(vty.busy, true);
    await assert.rejects(async () => vty.query('again'), /under way/);
    vty.close();
    assert.equal(await asked, null);
    assert.equal(vty.busy, false);
  });
});
