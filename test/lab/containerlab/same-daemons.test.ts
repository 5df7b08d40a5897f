import assert from 'node:assert/strict';
import { guestDockerHere } from './guest-docker-here.ts';
import { inGuest } from './in-guest.ts';

interface NodeSeen {
  readonly processes: readonly string[];
  readonly services: readonly string[];
}
interface LabSeen {
  readonly seen: Readonly<Record<string, NodeSeen>>;
  readonly notices: readonly unknown[];
}

const LAB = 'labs/two-site-firewall/two-site-firewall.clab.yml';

/** The lab with every image of ours, by both drivers on the same kernel. */
describe('the drivers netns and containerlab', function () {
  this.timeout(240_000);

  before(function () {
    if (guestDockerHere() === undefined) this.skip();
  });

  async function seenBy(driver: string): Promise<LabSeen> {
    const lines = await inGuest({ program: 'look-at-nodes.mjs', lab: LAB, driver });
    assert.equal(lines.length, 1);
    return lines[0] as LabSeen;
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
