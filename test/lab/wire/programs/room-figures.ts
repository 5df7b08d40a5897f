// Runs in the embedded kernel, warp clock: the room with netem, under a stream of 1000 packets a second.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Impairment, WireWant } from '../../../../src/wire/want.ts';
import { RoomLab, type EdgeReport } from '../room-lab.ts';

const AB = { link: 'l1', direction: 'a>b', fault: 'f' } as const;
const impair = (impairment: Impairment, protocol?: 'udp' | 'arp'): WireWant => ({
  ...AB,
  kind: 'impair',
  match: protocol === undefined ? {} : { protocol },
  impairment,
});
const DELAY = 20e6;
const JITTERED: Impairment = { delayNs: DELAY, jitterNs: 5e6, distribution: 'normal' };

const lab = await RoomLab.start({ sendAhead: true });
await lab.room.addWires([lab.spec('l1', 'n1', 'n2')]);
lab.ip('n1', 'addr', 'add', '10.0.0.1/24', 'dev', 'eth1');
lab.ip('n2', 'addr', 'add', '10.0.0.2/24', 'dev', 'eth1');
lab.ip('n1', 'neigh', 'replace', '10.0.0.2', 'lladdr', lab.link('n2')?.mac ?? '', 'dev', 'eth1');

let port = 7000;

/** A stream over what `plan` does at times from now on; then all is healed, and the last packets come in. */
async function stream(
  name: string,
  seconds: number,
  plan: (
    startNs: number,
  ) => readonly { readonly atNs: number; readonly wants: readonly WireWant[] }[],
  raw = false,
): Promise<void> {
  const { send, receive } = lab.udp('n1', 'n2', '10.0.0.2', ++port);
  const firstAtNs = Math.ceil(lab.room.now() / 1e6 + 20) * 1e6;
  const from = lab.reports.length;
  lab.room.startBeat({
    id: name, sendFd: send, receiveFd: receive, firstAtNs, intervalNs: 1e6, packet: new Uint8Array(64),
    sendOffset: 0, receiveOffset: 0, drainEveryNs: 500e6,
  }); // prettier-ignore
  // between two packets, never at the moment of one
  for (const [k, edge] of plan(firstAtNs + 100.4e6).entries()) {
    lab.room.schedule({ id: `${name} ${String(k)}`, ...edge });
  }
  await sleep(100 + seconds * 1000);
  await lab.room.readDoses();
  await lab.edge(`${name} healed`, []);
  await sleep(500);
  await lab.endOfBeat(name);
  const own = lab.reports.slice(from);
  const all = own.filter((r): r is EdgeReport => r.type === 'edge');
  const edges = all.slice(0, -1);
  console.log(
    JSON.stringify({
      name,
      value: {
        ...figures(lab.beat(name), edges[0]?.toNs ?? 0, all[1]?.fromNs ?? Infinity),
        edges: edges.length,
        readBack: edges[0]?.inForce[0]?.readBack,
        doses: own.filter((r) => r.type === 'dose'),
        ...exactness(lab.beat(name), edges),
        ...(raw && packets(lab.beat(name), edges[0]?.toNs ?? 0, all[1]?.fromNs ?? Infinity)),
      },
    }),
  );
}

/** What became of each packet that was sent while the first edge's state was in force. */
function packets(beat: ReturnType<RoomLab['beat']>, fromNs: number, toNs: number): object {
  const sent = [...beat.sent.entries()].filter(([, ns]) => ns >= fromNs && ns < toNs);
  return {
    fates: sent.map(([k]) => (beat.received.has(k) ? '.' : 'x')).join(''),
    delaysNs: sent.flatMap(([k, ns]) => (beat.received.has(k) ? beat.received.get(k)! - ns : [])),
  };
}

/** Losses and order of all packets; delays of those sent while the first edge's state was in force. */
function figures(beat: ReturnType<RoomLab['beat']>, fromNs: number, toNs: number): object {
  const delays = beat.sent
    .map((sentNs, k) => [sentNs, (beat.received.get(k) ?? NaN) - sentNs] as const)
    .filter(([sentNs, delay]) => sentNs >= fromNs && sentNs < toNs && !Number.isNaN(delay))
    .map(([, delay]) => delay)
    .sort((a, b) => a - b);
  let highest = -1;
  let reordered = 0;
  for (const sequence of beat.order) {
    if (sequence < highest) reordered++;
    highest = Math.max(highest, sequence);
  }
  return {
    sent: beat.sent.length,
    lost: beat.sent.length - beat.received.size,
    doubled: beat.order.length - beat.received.size,
    reordered,
    minNs: delays[0],
    medianNs: delays[delays.length >> 1],
    maxNs: delays.at(-1),
  };
}

/** Edges alternate between cut and open: packets on the wrong side of one. */
function exactness(beat: ReturnType<RoomLab['beat']>, edges: readonly EdgeReport[]): object {
  let wrong = 0;
  let within = 0;
  for (const [sequence, sentNs] of beat.sent.entries()) {
    const next = edges.findIndex(({ toNs }) => toNs > sentNs);
    const passed = next < 0 ? edges.length : next;
    if ((edges[next]?.fromNs ?? Infinity) <= sentNs) within++;
    else if ((passed % 2 === 0) !== beat.received.has(sequence)) wrong++;
  }
  return { wrong, within };
}

const once = (wants: readonly WireWant[]) => (atNs: number) => [{ atNs, wants }];
const alternate = (count: number, everyNs: number, wants: readonly WireWant[]) => (t0: number) =>
  Array.from({ length: count }, (_, k) => ({
    atNs: t0 + k * everyNs,
    wants: k % 2 === 0 ? wants : [],
  }));

/** Injected, changed, removed; and so on. */
const cycles = (count: number, everyNs: number, a: WireWant, b: WireWant) => (t0: number) =>
  Array.from({ length: 3 * count }, (_, k) => ({
    atNs: t0 + k * everyNs,
    wants: [[a], [b], []][k % 3] ?? [],
  }));

console.log(JSON.stringify({ name: 'abilities', value: await lab.room.started }));
await stream('neutral', 1, () => []);
await stream('delay', 2, once([impair({ delayNs: DELAY })]));

// for statistics: each packet by itself
const statistics = (name: string, wants: readonly WireWant[]): Promise<void> =>
  // doses go on where a fault of that name was
  stream(
    name,
    10.2,
    once(wants.map((want) => ({ ...want, fault: `${name}-${want.fault}` }))),
    true,
  );
await statistics('loss', [{ ...AB, kind: 'drop', match: {}, ratio: 0.3 }]);
const gemodel = { p: 0.05, r: 0.2, lossBad: 0.9, lossGood: 0.01 };
await statistics('gemodel', [impair({ gemodel })]);
const fourState = { p13: 0.04, p31: 0.2, p32: 0.1, p23: 0.3, p14: 0.02 };
await statistics('four-state', [impair({ fourState })]);
// four jitters are less than half of the time between two packets: none waits for another
const jittered = (jitterNs: number, distribution: Impairment['distribution']): WireWant =>
  impair({ delayNs: 1e6, jitterNs, ...(distribution && { distribution }) });
await statistics('uniform', [jittered(400e3, 'uniform')]);
for (const distribution of ['normal', 'pareto', 'paretonormal'] as const) {
  await statistics(distribution, [jittered(100e3, distribution)]);
}
const half = impair({ delayNs: 500e3, jitterNs: 200e3 });
await statistics('triangular', [half, { ...half, fault: 'g' }]);

await stream('class', 2, once([impair({ delayNs: DELAY }, 'udp')]));
await stream('other class', 2, once([impair({ delayNs: DELAY }, 'arp')]));
const HITLESS: readonly (readonly [name: string, injected: WireWant, changed: WireWant])[] = [
  ['a delay', impair({ delayNs: DELAY }), impair({ delayNs: 2 * DELAY })],
  ['a jitter', impair(JITTERED), impair({ ...JITTERED, distribution: 'pareto' })],
  ['the delay of a class', impair({ delayNs: DELAY }, 'udp'), impair({ delayNs: 2 * DELAY }, 'udp')],
  ['a rate', impair({ rateBitPerSec: 10e6 }), impair({ rateBitPerSec: 5e6 })],
  ['a loss of none', { ...AB, kind: 'drop', match: { protocol: 'tcp' }, ratio: 1 }, { ...AB, kind: 'drop', match: { protocol: 'udp' }, ratio: 0 }],
]; // prettier-ignore
for (const [name, injected, changed] of HITLESS) {
  await stream(`${name} in and out`, 12.2, cycles(200, 20e6, injected, changed));
}
await stream(
  'class, each to its end',
  10,
  alternate(40, 250e6, [impair({ delayNs: DELAY }, 'udp')]),
);
await stream('cuts', 4, alternate(200, 20e6, [{ ...AB, kind: 'cut' }]));
await stream('fast cuts', 1, alternate(400, 2e6, [{ ...AB, kind: 'cut' }]));
await lab.close();
