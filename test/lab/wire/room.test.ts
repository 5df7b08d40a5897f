import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { WireWant } from '../../../src/wire/want.ts';
import { RoomLab, type EdgeReport } from './room-lab.ts';

/** The room on the host kernel: everything that needs no netem. Needs root. */

const AB = { link: 'l1', direction: 'a>b', fault: 'f' } as const;
const CUT: WireWant = { ...AB, kind: 'cut' };
const CARRIER: WireWant = { ...AB, kind: 'carrier' };

describe('the wire room', function () {
  this.timeout(30_000);
  let lab: RoomLab;

  before(function () {
    if (process.getuid?.() !== 0) this.skip();
  });

  beforeEach(async () => {
    lab = await RoomLab.start();
    await lab.room.addWires([lab.spec('l1', 'n1', 'n2')]);
  });

  afterEach(async () => {
    await lab.close();
  });

  function address(): void {
    lab.ip('n1', 'addr', 'add', '10.0.0.1/24', 'dev', 'eth1');
    lab.ip('n2', 'addr', 'add', '10.0.0.2/24', 'dev', 'eth1');
  }

  function startBeat(id: string, intervalNs: number): void {
    const { send, receive } = lab.udp('n1', 'n2', '10.0.0.2', 7000);
    // the first packet must not wait for ARP
    const mac = lab.link('n2')?.mac ?? '';
    lab.ip('n1', 'neigh', 'replace', '10.0.0.2', 'lladdr', mac, 'dev', 'eth1');
    lab.room.startBeat({
      id,
      sendFd: send,
      receiveFd: receive,
      firstAtNs: lab.room.now(),
      intervalNs,
      packet: new Uint8Array(64),
      sendOffset: 4,
      receiveOffset: 4,
      drainEveryNs: 50e6,
    });
  }

  async function beatsUntil(id: string, count: number): Promise<void> {
    await lab.until(`${String(count)} of ${id}`, (report) =>
      report.type === 'beats' && report.id === id && report.firstSequence >= count
        ? true
        : undefined,
    );
    await lab.endOfBeat(id);
  }

  it('forwards both ways, and both ends have their MAC, MTU and a lab-unique index', () => {
    address();
    const ping = lab.in('n1', () => ping1('10.0.0.2'));
    assert.match(ping, /3 received/);
    const shown = JSON.parse(lab.ip('n1', '-d', '-j', 'link', 'show', 'eth1')) as {
      ifindex: number;
      link_index: number;
      address: string;
      mtu: number;
      gso_max_segs: number;
    }[];
    const [link] = shown;
    assert.equal(link?.address, 'aa:c1:ab:00:0a:01');
    assert.equal(link.mtu, 1500);
    assert.equal(link.gso_max_segs, 1);
    const indexes = ['n1', 'n2'].flatMap((node) => {
      const [each] = JSON.parse(lab.ip(node, '-j', 'link', 'show', 'eth1')) as typeof shown;
      return [each?.ifindex, each?.link_index];
    });
    assert.equal(new Set(indexes).size, 4, 'four ends, four indexes');
  });

  it('mirrors the carrier in every order of up and down', async () => {
    const steps = ['n1 down', 'n2 down', 'n1 up', 'n2 up'];
    const orders = permutations(steps).filter(
      (order) =>
        order.indexOf('n1 down') < order.indexOf('n1 up') &&
        order.indexOf('n2 down') < order.indexOf('n2 up'),
    );
    assert.equal(orders.length, 6);
    for (const order of orders) {
      const up = { n1: true, n2: true };
      for (const step of order) {
        const [node, state] = step.split(' ') as ['n1' | 'n2', string];
        up[node] = state === 'up';
        lab.ip(node, 'link', 'set', 'eth1', state);
        await lab.carrier('n1', up.n1 && up.n2);
        await lab.carrier('n2', up.n1 && up.n2);
      }
    }
  });

  it("takes one end's carrier and leaves the other its own", async () => {
    const edge = await lab.edge('gone', [CARRIER]);
    await lab.carrier('n1', false);
    assert.equal(lab.link('n2')?.carrier, true);
    assert.deepEqual(edge.inForce, [{ link: 'l1', direction: 'a>b', readBack: 'w1a down' }]);
    await lab.edge('back', []);
    await lab.carrier('n1', true);
  });

  it('takes the carrier of both ends at one edge, as a cut cable does', async () => {
    await lab.edge('both gone', [CARRIER, { ...CARRIER, direction: 'b>a' }]);
    await lab.carrier('n1', false);
    await lab.carrier('n2', false);
    await lab.edge('both back', []);
    await lab.carrier('n1', true);
    await lab.carrier('n2', true);
  });

  it('takes the wires of a dead node down, and raises them with it', async () => {
    lab.room.setNodeAlive('n2', false);
    await lab.carrier('n1', false);
    lab.room.setNodeAlive('n2', true);
    await lab.carrier('n1', true);
  });

  it('cuts one way only, exactly, and counts what it cut', async () => {
    address();
    startBeat('b', 1e6);
    await lab.until('a first', (r) => (r.type === 'beats' ? true : undefined));
    const closed = await lab.edge('cut', [CUT]);
    assert.match(closed.inForce[0]?.readBack ?? '', /^counter name "c_w1a_f"; drop$/);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const from = lab.reports.length;
    await lab.edge('heal', []);
    const dose = await lab.until('dose', (r) => (r.type === 'dose' ? r : undefined), from);
    await beatsUntil('b', 300);
    const { sent, received } = lab.beat('b');
    const lost = sent.length - received.size;
    assert.ok(lost > 50, String(lost));
    assert.deepEqual([dose.quantity, dose.seen, dose.hit], ['cut', lost, lost]);
  });

  it('drops a share of the frames and counts each', async () => {
    address();
    await lab.edge('on', [{ ...AB, kind: 'drop', match: { protocol: 'udp' }, ratio: 0.3 }]);
    startBeat('b', 1e6);
    await beatsUntil('b', 500);
    const { sent, received } = lab.beat('b');
    const from = lab.reports.length;
    await lab.room.readDoses();
    const dose = await lab.until('dose', (r) => (r.type === 'dose' ? r : undefined), from);
    assert.equal(dose.seen, sent.length);
    assert.equal(dose.hit, sent.length - received.size);
    // five standard deviations
    assert.ok(Math.abs(dose.hit / dose.seen - 0.3) < 5 * Math.sqrt(0.21 / dose.seen));
  });

  it('keeps 200 edges apart: no packet on the wrong side of one', async () => {
    address();
    startBeat('b', 1e6);
    await lab.until('a first', (r) => (r.type === 'beats' ? true : undefined));
    const t0 = lab.room.now() + 20e6;
    for (let k = 0; k < 200; k++) {
      lab.room.schedule({
        id: `e${String(k)}`,
        atNs: t0 + k * 10e6,
        wants: k % 2 === 0 ? [CUT] : [],
      });
    }
    await lab.until('the last edge', (r) => (r.type === 'edge' && r.id === 'e199' ? r : undefined));
    const seen = lab.beat('b').sent.length;
    await beatsUntil('b', seen + 100);
    const edges = lab.reports.filter((r): r is EdgeReport => r.type === 'edge');
    assert.deepEqual(
      edges.map(({ id }) => id),
      Array.from({ length: 200 }, (_, k) => `e${String(k)}`),
    );
    const wrong = wrongSide(lab.beat('b'), edges);
    assert.deepEqual(wrong, []);
  });

  it('makes a wire again whose end was deleted in the node', async () => {
    lab.ip('n1', 'link', 'del', 'eth1');
    await lab.until('gone', (r) =>
      r.type === 'link' && r.node === 'n1' && r.gone ? true : undefined,
    );
    await lab.carrier('n2', false);
    await lab.edge('cut', [CUT]);
    await lab.room.addWires([lab.spec('l1', 'n1', 'n2')]);
    await lab.carrier('n2', true);
    address();
    // the cut was made while the wire was away, and stands
    assert.match(
      lab.in('n1', () => ping1('10.0.0.2')),
      /0 received/,
    );
    await lab.edge('heal', []);
    assert.match(
      lab.in('n1', () => ping1('10.0.0.2')),
      /3 received/,
    );
  });

  it('makes the wires of a node again that was raised anew', async () => {
    lab.room.setNodeAlive('n2', false);
    lab.dropNode('n2');
    await lab.carrier('n1', false);
    // the kernel takes a namespace down in its own time, and the pair with it
    await gone(() => lab.inRoom('ip', '-o', 'link').includes('w1b'));
    lab.room.setNodeAlive('n2', true);
    await lab.room.addWires([lab.spec('l1', 'n1', 'n2')]);
    await lab.carrier('n2', true);
    address();
    assert.match(
      lab.in('n1', () => ping1('10.0.0.2')),
      /3 received/,
    );
  });

  it('sees control frames at both ends of the wire, and no others', async () => {
    address();
    lab.in('n1', () => ping1('10.0.0.2'));
    await lab.until('the reply, leaving', (r) =>
      r.type === 'frame' && r.direction === 'b>a' && r.stage === 'out' ? true : undefined,
    );
    const frames = lab.reports.filter((r) => r.type === 'frame');
    assert.deepEqual(frames.map(({ direction, stage }) => `${direction} ${stage}`).slice(0, 4), [
      'a>b in',
      'a>b out',
      'b>a in',
      'b>a out',
    ]);
    for (const { bytes } of frames) assert.equal(Buffer.from(bytes).readUInt16BE(12), 0x0806);
    const times = frames.map(({ tNs }) => tNs);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.ok(times.every((tNs) => tNs > 0 && tNs <= lab.room.now()));
  });

  it('reports addresses, bridges and the states of their ports', async () => {
    lab.ip('n1', 'link', 'add', 'br0', 'type', 'bridge', 'stp_state', '1');
    lab.ip('n1', 'link', 'set', 'eth1', 'master', 'br0');
    lab.ip('n1', 'link', 'set', 'br0', 'up');
    const port = await lab.until('listening', (r) =>
      r.type === 'link' && r.interface === 'eth1' && r.portState === 1 ? r : undefined,
    );
    assert.equal(port.bridge, 'br0');
    lab.ip('n1', 'link', 'set', 'eth1', 'nomaster');
    const from = lab.reports.length;
    await lab.until(
      'no port',
      () => (lab.link('n1')?.bridge === null ? true : undefined),
      from - 1,
    );
    address();
    const added = await lab.until('address', (r) => (r.type === 'address' ? r : undefined));
    assert.deepEqual([added.address, added.present], ['10.0.0.1/24', true]);
    lab.ip('n1', 'addr', 'del', '10.0.0.1/24', 'dev', 'eth1');
    await lab.until('removed', (r) => (r.type === 'address' && !r.present ? r : undefined));
  });

  it("survives what it can't do, and says so", async () => {
    await assert.rejects(
      lab.room.addWires([{ ...lab.spec('l2', 'n1:eth1', 'n2:eth2') }]),
      /EEXIST/,
    );
    await lab.edge('still there', [CUT]);
  });
});

function ping1(to: string): string {
  try {
    return execFileSync('ping', ['-c', '3', '-i', '0.05', '-W', '1', to], { encoding: 'utf8' });
  } catch (error) {
    return String((error as { stdout?: string }).stdout);
  }
}

async function gone(there: () => boolean): Promise<void> {
  for (let tries = 0; there(); tries++) {
    assert.ok(tries < 500, 'it is still there');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Packets that arrived although the wire was cut when they were sent, or the other way round. */
function wrongSide(beat: ReturnType<RoomLab['beat']>, edges: readonly EdgeReport[]): number[] {
  // packets and edges come from one thread: only the hop itself can take longer than it takes to come to the next edge
  const HOP_NS = 1e6;
  return beat.sent.flatMap((sentNs, sequence) => {
    const next = edges.findIndex(({ toNs }) => toNs > sentNs);
    const edge = edges[next];
    if (edge !== undefined && sentNs + HOP_NS > edge.fromNs) return [];
    const passed = next < 0 ? edges.length : next;
    const open = passed % 2 === 0;
    return open === beat.received.has(sequence) ? [] : [sequence];
  });
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, k) =>
    permutations(items.toSpliced(k, 1)).map((rest) => [item, ...rest]),
  );
}
