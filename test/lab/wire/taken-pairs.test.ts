import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { WireEndSpec, WireSpec } from '../../../src/wire/room.ts';
import { RoomLab } from './room-lab.ts';

/** Pairs that somebody else made, as containerlab does: the room takes their far ends. Needs root. */
describe('the wire room, with pairs made by somebody else', function () {
  this.timeout(30_000);
  let lab: RoomLab;

  before(function () {
    if (process.getuid?.() !== 0) this.skip();
  });

  beforeEach(async () => {
    lab = await RoomLab.start();
    await lab.room.addWires(ENDS.map((ends) => taken(lab.spec(...ends))));
  });

  afterEach(async () => {
    await lab.close();
  });

  const ENDS: readonly [string, string, string][] = [
    ['l1', 'n1', 'n2'],
    ['l2', 'n1:eth2', 'n2:eth2'],
  ];

  /** Each node counts its interfaces for itself: the same index stands for one of every node. */
  function taken(spec: WireSpec): WireSpec {
    const end = (side: WireEndSpec): WireEndSpec => {
      const device = `c${side.node}${side.interface}`;
      const host = `/proc/${String(process.pid)}/fd/${String(lab.node('host'))}`;
      const own = [side.interface, 'index', spec.link === 'l1' ? '7' : '8', 'address', side.mac];
      const peer = ['peer', 'name', device, 'netns', host];
      lab.ip(side.node, 'link', 'add', ...own, 'type', 'veth', ...peer);
      lab.ip(side.node, 'link', 'set', side.interface, 'up');
      return { ...side, hostEnd: { netnsFd: lab.node('host'), device } };
    };
    return { ...spec, a: end(spec.a), b: end(spec.b) };
  }

  it('leaves nothing of them where they were, and forwards on each wire', () => {
    assert.equal(lab.ip('host', '-o', 'link', 'show', 'type', 'veth'), '');
    for (const n of [1, 2]) {
      lab.ip('n1', 'addr', 'add', `10.0.${String(n)}.1/24`, 'dev', `eth${String(n)}`);
      lab.ip('n2', 'addr', 'add', `10.0.${String(n)}.2/24`, 'dev', `eth${String(n)}`);
    }
    for (const n of [1, 2]) {
      lab.in('n1', () => execFileSync('ping', ['-c1', '-W2', `10.0.${String(n)}.2`]));
      const [neighbour] = JSON.parse(
        lab.ip('n1', '-j', 'neigh', 'show', 'dev', `eth${String(n)}`),
      ) as { lladdr: string }[];
      assert.equal(neighbour?.lladdr, `aa:c1:ab:00:0b:0${String(n)}`);
    }
  });

  it('counts in packets of the wire, not of TCP', () => {
    const [link] = JSON.parse(lab.ip('n1', '-d', '-j', 'link', 'show', 'eth1')) as {
      gso_max_segs: number;
    }[];
    assert.equal(link?.gso_max_segs, 1);
  });

  it('mirrors the carrier of each wire by itself', async () => {
    lab.ip('n2', 'link', 'set', 'eth1', 'down');
    await lab.carrier('n1', false);
    assert.equal(lab.link('n1', 'eth2')?.carrier, true);
    lab.ip('n2', 'link', 'set', 'eth1', 'up');
    await lab.carrier('n1', true);
    const { inForce } = await lab.edge('gone', [
      { link: 'l2', direction: 'a>b', fault: 'f', kind: 'carrier' },
    ]);
    await lab.carrier('n1', false, 'eth2');
    assert.deepEqual(inForce, [{ link: 'l2', direction: 'a>b', readBack: 'w2a down' }]);
  });
});
