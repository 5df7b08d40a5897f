import assert from 'node:assert/strict';
import { RoomLab } from './room-lab.ts';
import { STORM_SOURCE, type WireWant } from '../../../src/wire/want.ts';

const AB = { link: 'l1', direction: 'a>b', fault: 'f' } as const;
const DESTINATION = '02:00:00:00:00:0b';

function hex(source: string): string {
  return `${DESTINATION}${source}88b5`.replaceAll(':', '') + '00'.repeat(4);
}

const send = (more: Partial<WireWant & { kind: 'send' }> = {}): WireWant => ({
  ...AB,
  kind: 'send',
  frames: [{ hex: hex(`${STORM_SOURCE}:00:00:01`), bytes: 100 }],
  perSecond: 2000,
  countAt: 14,
  mostAmplified: 10,
  ...more,
});

describe('frames that the room sends', function () {
  this.timeout(30_000);
  let lab: RoomLab;
  before(function () {
    if (process.getuid?.() !== 0) this.skip();
  });
  beforeEach(async () => {
    lab = await RoomLab.start();
    await lab.room.addWires([lab.spec('l1', 'n1', 'n2'), lab.spec('l2', 'n1:eth2', 'n2:eth2')]);
  });
  afterEach(() => lab.close());

  /** what the kernel of a node has counted on an interface */
  function received(node: string, iface: string): { packets: number; bytes: number } {
    const [link] = JSON.parse(lab.ip(node, '-s', '-j', 'link', 'show', iface)) as {
      stats64: { rx: { packets: number; bytes: number } };
    }[];
    return link?.stats64.rx ?? { packets: NaN, bytes: NaN };
  }

  /** On for a while at exact times, then off; yields the dose. */
  async function storm(wants: readonly WireWant[], forNs: number): Promise<[number, number]> {
    const atNs = lab.room.now() + 50e6;
    const from = lab.reports.length;
    lab.room.schedule({ id: 'on', atNs, wants });
    lab.room.schedule({ id: 'off', atNs: atNs + forNs, wants: [] });
    await lab.until('off', (r) => (r.type === 'edge' && r.id === 'off' ? r : undefined), from);
    const dose = lab.reports
      .slice(from)
      .find((r) => r.type === 'dose' && (r.quantity === 'sent' || r.quantity === 'joined'));
    assert.ok(dose?.type === 'dose');
    return [dose.seen, dose.hit];
  }

  it('are as many as were asked, to the last one, and only where they were asked', async () => {
    const before = received('n2', 'eth1');
    assert.deepEqual(await storm([send()], 200e6), [400, 400]);
    const after = received('n2', 'eth1');
    assert.deepEqual([after.packets - before.packets, after.bytes - before.bytes], [400, 40_000]);
    assert.deepEqual([received('n1', 'eth1').packets, received('n2', 'eth2').packets], [0, 0]);
  });

  it('are said in the read-back, and counted on as long as the step goes on', async () => {
    const edge = await lab.edge('on', [send({ perSecond: 0.5 })]);
    assert.deepEqual(edge.inForce, [
      { link: 'l1', direction: 'a>b', readBack: 'as built; sends 0.5/s of 100 bytes' },
    ]);
    await lab.edge('off', []);
    await storm([send()], 100e6);
    // the first one of the slow half, and 200
    assert.deepEqual(await storm([send()], 50e6), [301, 301]);
  });

  it('that the link has no room for are offered and not taken', async () => {
    // 100 bytes and the bucket's burst: a wire of 100 Mbit/s takes 50,000 of them, one of 1 Mbit/s 1250 a second
    const rate = { ...AB, kind: 'impair', match: {}, impairment: { rateBitPerSec: 1e6, limitPackets: 10 } } as const; // prettier-ignore
    const before = received('n2', 'eth1').packets;
    const [offered, taken] = await storm([rate, send({ perSecond: 20_000 })], 200e6);
    assert.equal(offered, 4000);
    assert.ok(taken < 1000, String(taken));
    await lab.until('arrived', () => (received('n2', 'eth1').packets - before === taken ? true : undefined)); // prettier-ignore
  });

  it('are delivered at a joined port too, under the rate of that wire', async () => {
    const from = received('n2', 'eth2').packets;
    const join: WireWant = { ...AB, fault: 'cable', kind: 'join', to: { link: 'l2', direction: 'a>b' } }; // prettier-ignore
    await lab.edge('on', [join]);
    for (let k = 0; k < 3; k++) lab.sendFrame('n1', 'eth1', Buffer.from(hex('02:00:00:00:00:0a') + '00'.repeat(46), 'hex')); // prettier-ignore
    const reports = lab.reports.length;
    await lab.edge('off', []);
    const dose = await lab.until('dose', (r) => (r.type === 'dose' ? r : undefined), reports);
    assert.deepEqual([dose.quantity, dose.seen, dose.hit], ['joined', 3, 3]);
    assert.equal(received('n2', 'eth2').packets - from, 3);
    assert.equal(received('n2', 'eth1').packets, 3, 'and where they were going');
  });

  it('multiply in a loop, are counted on each segment, and stopped when it is too much', async () => {
    // n1 and n2 as switches on two wires, without spanning tree
    for (const node of ['n1', 'n2']) {
      lab.ip(node, 'link', 'add', 'br0', 'type', 'bridge');
      for (const port of ['eth1', 'eth2']) lab.ip(node, 'link', 'set', port, 'master', 'br0');
      lab.ip(node, 'link', 'set', 'br0', 'up');
    }
    // slow: each frame goes round for ever
    const slow = (['l1', 'l2'] as const).flatMap((link) =>
      (['a>b', 'b>a'] as const).map((direction): WireWant => ({
        link, direction, fault: 'slow', kind: 'impair', match: {}, impairment: { rateBitPerSec: 1e6, limitPackets: 20 },
      })),
    ); // prettier-ignore
    const frames = [{ hex: hex(`${STORM_SOURCE}:00:00:01`).replace(/^.{12}/, 'f'.repeat(12)), bytes: 100 }]; // prettier-ignore
    lab.room.watchTraffic(100e6);
    const from = lab.reports.length;
    await lab.edge('storm', [...slow, send({ perSecond: 20, frames })]);
    const aborted = await lab.until('abort', (r) => (r.type === 'storm-aborted' ? r : undefined), from); // prettier-ignore
    assert.deepEqual([aborted.fault, aborted.link, aborted.most], ['f', 'l1', 10]);
    assert.ok(aborted.amplification > 10);
    // nothing goes round any more
    const quiet = lab.reports.length;
    const counts = await lab.until(
      'traffic',
      (r) => (r.type === 'traffic' && r.tNs > aborted.tNs + 300e6 ? r : undefined),
      quiet,
    );
    const later = await lab.until(
      'traffic',
      (r) => (r.type === 'traffic' && r.tNs > counts.tNs ? r : undefined),
      quiet,
    );
    const total = (report: typeof counts): number => report.segments.reduce((sum, { stormFrames }) => sum + stormFrames, 0); // prettier-ignore
    assert.ok(total(counts) > 100);
    assert.equal(total(later), total(counts));
    await lab.edge('over', []);
  });
});
