import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { readDocument } from '../../../src/lab/clab/read-topology.ts';
import { writeDocument } from '../../../src/lab/clab/write-document.ts';
import { findContainerlab } from '../../../src/lab/containerlab/binary.ts';
import { validLab } from './valid-labs.ts';

const GENERATED = 150;
/** It looks for a route to the far ends of VXLAN: one that does not depend on this machine's. */
const IN_A_NETWORK =
  'ip link add u0 type veth peer name u1; ip link set u0 up; ip link set u1 up; ip route add default dev u0; exec "$0" "$@"';

describe('what we write, as stock containerlab 0.79 reads it', function () {
  this.timeout(180_000);
  let directory = '';
  let docker: Server;
  let binary = '';

  before(async function () {
    const found = findContainerlab(process.env);
    // chaos lab containerlab
    if (found === undefined) this.skip();
    binary = found;
    directory = mkdtempSync(join(tmpdir(), 'chaos-validate-'));
    docker = await whatValidateAsksOfDocker(join(directory, 'docker.sock'));
  });
  after(() => {
    if (binary === '') return;
    docker.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** What `containerlab validate` says against a file; undefined where it takes it. */
  const complaintAbout = (file: string): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      const argv = ['--net', 'sh', '-c', IN_A_NETWORK, binary, 'validate', '-t', file];
      const child = spawn('unshare', argv, {
        cwd: directory,
        env: {
          PATH: process.env['PATH'],
          HOME: directory,
          DOCKER_HOST: `unix://${join(directory, 'docker.sock')}`,
          CLAB_VERSION_CHECK: 'disable',
        },
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
      }
      child.once('error', reject);
      child.once('close', (code) => {
        resolve(code === 0 && said.includes('Topology is valid') ? undefined : said);
      });
    });

  it('refuses what is wrong, so that taking the others means something', async () => {
    const file = join(directory, 'wrong.clab.yml');
    writeFileSync(file, 'name: x\ntopology:\n  nodes: {a: {kind: linux, lables: {}}}\n');
    assert.match((await complaintAbout(file)) ?? '', /lables not found/);
  });

  it(`takes ${GENERATED} generated labs of every kind of link and nearly every key`, async () => {
    const file = join(directory, 'generated.clab.yml');
    await fc.assert(
      fc.asyncProperty(validLab, async (lab) => {
        const text = writeDocument(lab);
        assert.deepEqual(readDocument(text, file, { environment: {} }), lab);
        writeFileSync(file, text);
        assert.equal(await complaintAbout(file), undefined, text);
      }),
      { numRuns: GENERATED, seed: 3 },
    );
  });

  for (const file of globSync(['labs/*/*.clab.yml', 'test/lab/clab/labs/**/*.clab.yml']).sort()) {
    it(`takes ${file}, as it is and as we write it`, async () => {
      assert.equal(await complaintAbout(join(process.cwd(), file)), undefined);
      const document = readDocument(readFileSync(file, 'utf8'), file, { environment: {} });
      // beside the original, so that what it binds is there
      const rewritten = `${file.slice(0, -basename(file).length)}.rewritten.clab.yml`;
      writeFileSync(rewritten, writeDocument(document));
      try {
        assert.equal(await complaintAbout(join(process.cwd(), rewritten)), undefined);
      } finally {
        rmSync(rewritten);
      }
    });
  }
});

/** `validate` starts nothing, and yet gives up where no Docker says which version it is. */
function whatValidateAsksOfDocker(socket: string): Promise<Server> {
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('Api-Version', '1.41');
    if (request.url?.endsWith('/version') === true) {
      response.end(JSON.stringify({ Version: '20.10.24', ApiVersion: '1.41' }));
    } else if (request.url?.endsWith('/_ping') === true) response.end('OK');
    else {
      response.statusCode = 404;
      response.end('{"message": "only what validate asks is answered here"}');
    }
  });
  return new Promise((resolve) => {
    server.listen(socket, () => {
      resolve(server);
    });
  });
}
