import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readTopology } from '../../../src/lab/clab/read-topology.ts';
import { guestDockerHere } from './guest-docker-here.ts';
import { inGuest } from './in-guest.ts';

const LAB = 'test/lab/containerlab/labs/links.clab.yml';

interface Look {
  readonly node: string;
  readonly argv: readonly string[];
  readonly code: number;
  readonly says?: string;
}

const ping = (node: string, to: string, code = 0): Look => ({
  ...{ node, code },
  argv: ['ping', '-c1', '-W1', to],
});
const isUp = (name: string): Look => ({
  ...{ node: 'alone', code: 0, says: '<[^>]*UP' },
  argv: ['ip', '-o', 'link', 'show', 'dev', name],
});

const LOOKS: Readonly<Record<string, Look>> = {
  'bridge: its ports reach each other': ping('a', '10.1.0.2'),
  'ovs-bridge: a Linux bridge stands in': ping('a', '10.2.0.2'),
  'macvlan of mode bridge: nodes with one parent reach each other': ping('a', '10.3.0.2'),
  'mgmt-net: nodes at it reach each other': ping('a', '10.4.0.2'),
  'dummy: the interface answers itself, and no one else': ping('a', '10.5.0.1'),
  'dummy: leads nowhere': ping('a', '10.5.0.3', 1),
  'macvlan of mode private: reaches nobody': ping('alone', '10.3.0.1', 1),
  'host: the interface is there': isUp('eth1'),
  'vxlan: the interface is there': isUp('eth3'),
};

describe('ends of links that are not another node', function () {
  this.timeout(200_000);
  const path = fileURLToPath(new URL(`../../../${LAB}`, import.meta.url));
  const lab = readTopology(readFileSync(path, 'utf8'), path, { environment: {} });

  it('are said where they lead out of the lab, with what answers there', () => {
    assert.deepEqual(
      lab.notHonoured.map(({ node, key, message }) => `${node ?? ''} ${key}: ${message}`),
      [
        'ovs kind: a Linux bridge stands in for Open vSwitch',
        ...['a', 'b'].map(
          (node) =>
            `${node} links: 'eth3' leads out of the lab (macvlan): the nodes there reach each other over the switch 'macvlan-eth0', nobody else answers`,
        ),
        ...['a', 'b'].map(
          (node) =>
            `${node} links: 'eth4' leads out of the lab (mgmt-net): the nodes there reach each other over the switch 'mgmt-lan', nobody else answers`,
        ),
        ...['eth1 host', 'eth2 macvlan', 'eth3 vxlan'].map((each) => {
          const [name = '', type = ''] = each.split(' ');
          return `alone links: '${name}' leads out of the lab (${type}): the interface is there, nobody answers; for a neighbour, add a node`;
        }),
      ],
    );
  });

  it('are links that faults can name, where nodes share them', () => {
    const ids = lab.links.map(({ id }) => id);
    assert.deepEqual(ids.slice(4), ['a~macvlan-eth0', 'office', 'a~mgmt-lan', 'b~mgmt-lan']);
  });

  for (const driver of ['netns', 'containerlab']) {
    describe(driver, () => {
      let said: readonly { readonly code: number; readonly stdout: string }[] = [];

      before(async function () {
        if (guestDockerHere() === undefined) this.skip();
        const files = { 'checks.json': JSON.stringify(Object.values(LOOKS)) };
        const lines = await inGuest({ program: 'check-lab.mjs', lab: LAB, driver, files });
        assert.deepEqual(lines.at(-1), { notices: [] });
        said = lines.slice(0, -1) as typeof said;
      });

      for (const [index, [what, { code, says = '' }]] of Object.entries(LOOKS).entries()) {
        it(what, () => {
          assert.equal(said[index]?.code, code, JSON.stringify(said[index]));
          assert.match(said[index].stdout, new RegExp(says));
        });
      }
    });
  }
});
