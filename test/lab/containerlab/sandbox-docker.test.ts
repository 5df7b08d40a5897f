import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { controlGroups, removeControlGroup } from '../../../src/host/control-groups.ts';
import { findProgram } from '../../../src/kernel/find-program.ts';
import { dockerIsolation } from '../../../src/kernel/host-isolation.ts';
import { startSandbox } from '../../../src/kernel/start-sandbox.ts';
import { writeDockerPlace } from '../../../src/lab/containerlab/docker-place.ts';
import { findImages } from '../../../src/lab/containerlab/image-store.ts';

const program = fileURLToPath(new URL('programs/sandbox-docker.mjs', import.meta.url));
const dist = fileURLToPath(new URL('../../../dist', import.meta.url));

interface Seen {
  readonly images: readonly string[];
  readonly privileged: boolean;
  readonly said: string;
  readonly code: number;
  readonly died: boolean;
}

/** What of `--docker own` needs no containerlab: on the kernel of this machine, whatever it is. */
describe('a Docker in a sandbox on the kernel of this machine', function () {
  this.timeout(300_000);

  it('starts, has the images of ours, runs, is watched, and leaves nothing', async function () {
    const images = findImages(process.env);
    if (images === undefined || findProgram('dockerd') === undefined) this.skip();
    if (dockerIsolation() === undefined) this.skip();
    const runDirectory = mkdtempSync(join(tmpdir(), 'own-docker-'));
    const controlGroup = 'chaos-0wn7e5';
    try {
      copyFileSync(program, join(runDirectory, 'sandbox-docker.mjs'));
      const containerlab = '/nonexistent';
      writeDockerPlace(runDirectory, {
        ...{ place: 'own', containerlab, archive: images.archive, controlGroup },
      });
      const sandbox = await startSandbox({
        ...{ kernel: 'host', clock: 'real', seed: 1, memoryMb: 0, stallAfterMs: Infinity },
        ...{ runDirectory, module: join(runDirectory, 'sandbox-docker.mjs'), args: [dist] },
        containers: 'own',
      });
      const lines: string[] = [];
      sandbox.onLine((line) => lines.push(line));
      const { code } = await sandbox.exited;
      assert.equal(code, 0, sandbox.output());
      const seen = JSON.parse(lines[0] ?? '') as Seen;
      assert.ok(seen.images.includes('chaos/firewall:latest'), seen.images.join(', '));
      assert.ok(seen.privileged);
      assert.equal(seen.said, 'frr\n');
      assert.equal(seen.code, 7);
      assert.ok(seen.died);
      await removeControlGroup(controlGroup);
      assert.deepEqual(
        controlGroups((name) => name === controlGroup),
        [],
      );
    } finally {
      rmSync(runDirectory, { recursive: true, force: true });
    }
  });
});
