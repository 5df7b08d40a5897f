import assert from 'node:assert/strict';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../../../src/kernel/start-sandbox.ts';
import { readTopology } from '../../../src/lab/clab/read-topology.ts';
import { stageLab } from '../../../src/lab/clab/stage-lab.ts';
import { guestDockerHere } from './guest-docker-here.ts';

interface NodeSeen {
  readonly processes: readonly string[];
  readonly services: readonly string[];
}
interface LabSeen {
  readonly seen: Readonly<Record<string, NodeSeen>>;
  readonly notices: readonly unknown[];
}

const here = fileURLToPath(new URL('.', import.meta.url));
const LAB = join(here, '../../../labs/two-site-firewall/two-site-firewall.clab.yml');

/** The lab with every image of ours, by both drivers on the same kernel. */
describe('the drivers netns and containerlab', function () {
  this.timeout(240_000);

  before(function () {
    if (guestDockerHere() === undefined) this.skip();
  });

  async function seenBy(driver: string): Promise<LabSeen> {
    const directory = mkdtempSync(join(tmpdir(), 'chaos-drivers-'));
    try {
      const staged = stageLab(readTopology(readFileSync(LAB, 'utf8'), LAB, { environment: {} }));
      for (const { from, to } of staged.copies) {
        mkdirSync(dirname(join(directory, to)), { recursive: true });
        cpSync(from, join(directory, to), { recursive: true });
      }
      writeFileSync(join(directory, 'topology.json'), JSON.stringify(staged.topology));
      copyFileSync(join(here, 'programs/look-at-nodes.mjs'), join(directory, 'look.mjs'));
      const docker = guestDockerHere();
      const sandbox = await startSandbox({
        ...{ kernel: 'embedded', clock: 'real', seed: 1, memoryMb: 2048, stallAfterMs: 60_000 },
        ...{ runDirectory: directory, module: '/run-dir/look.mjs', args: [driver] },
        ...(docker !== undefined && { docker }),
      });
      const lines: string[] = [];
      sandbox.onLine((line) => lines.push(line));
      await sandbox.exited;
      assert.equal(lines.length, 1, sandbox.output());
      return JSON.parse(lines[0] ?? '') as LabSeen;
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  it('start the same daemons with the same configuration', async () => {
    const containers = await seenBy('containerlab');
    assert.deepEqual(containers.notices, []);
    const firewall = containers.seen['fw-a'];
    assert.deepEqual(firewall?.services, ['zebra', 'ospfd', 'conntrackd', 'keepalived']);
    const names = firewall.processes.map((argv) => argv.split(' ')[0]);
    assert.ok(names.includes('/usr/sbin/keepalived') && names.includes('/usr/lib/frr/ospfd'));
    const namespaces = await seenBy('netns');
    assert.deepEqual(containers.seen, namespaces.seen);
  });
});
