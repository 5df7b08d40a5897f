import assert from 'node:assert/strict';
import { dockerAt, socketOf } from '../../../src/undo/docker.ts';

describe('where a Docker answers', () => {
  /** What it was made with: docker-modem keeps it. */
  const madeWith = async (address: string, timeoutMs?: number): Promise<unknown> =>
    (await dockerAt(address, timeoutMs)).modem;

  it('is a socket, whatever is in its path', async () => {
    for (const path of ['/var/run/docker.sock', '/tmp/a b/%41#?.sock']) {
      assert.equal(socketOf(`unix://${path}`), path);
      assert.deepEqual(pick(await madeWith(`unix://${path}`), ['socketPath']), [path]);
    }
  });

  it('is an address of another machine', async () => {
    assert.equal(socketOf('tcp://192.0.2.1:2375'), undefined);
    const modem = await madeWith('tcp://192.0.2.1:2375');
    assert.deepEqual(pick(modem, ['host', 'port', 'socketPath']), ['192.0.2.1', '2375', undefined]);
  });

  it('is asked for so long only', async () => {
    const address = 'unix:///var/run/docker.sock';
    assert.deepEqual(pick(await madeWith(address, 5000), ['timeout']), [5000]);
    assert.deepEqual(pick(await madeWith(address), ['timeout']), [undefined]);
  });
});

function pick(from: unknown, names: readonly string[]): readonly unknown[] {
  return names.map((name) => (from as Readonly<Record<string, unknown>>)[name]);
}
