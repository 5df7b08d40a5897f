// Runs in the embedded kernel, warp clock: what the room says of delay, jitter and rate, beside what the receiving node's
// own time stamps say; and the same after somebody has changed the wire behind its back with tc.
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameClass, Impairment, WireWant } from '../../../../src/wire/want.ts';
import { RoomLab, type DoseReport } from '../room-lab.ts';

const AB = { link: 'l1', direction: 'a>b' } as const;
const impair = (impairment: Impairment, match: FrameClass = {}, fault = 'f'): WireWant => ({
  ...AB,
  kind: 'impair',
  fault,
  match,
  impairment,
});
const JITTERED: Impairment = { delayNs: 20e6, jitterNs: 5e6, distribution: 'normal' };

const lab = await RoomLab.start({ sendAhead: true });
await lab.room.addWires([lab.spec('l1', 'n1', 'n2')]);
lab.ip('n1', 'addr', 'add', '10.0.0.1/24', 'dev', 'eth1');
lab.ip('n2', 'addr', 'add', '10.0.0.2/24', 'dev', 'eth1');
lab.ip('n1', 'neigh', 'replace', '10.0.0.2', 'lladdr', lab.link('n2')?.mac ?? '', 'dev', 'eth1');

let port = 7000;

interface Stream {
  readonly wants: readonly WireWant[];
  readonly seconds?: number;
  readonly perSecond?: number;
  readonly bytes?: number;
  /** arguments of `tc qdisc change dev w1b` once the fault is in force */
  readonly tampered?: readonly string[];
}

function receivedFrames(): number {
  const [link] = JSON.parse(lab.ip('n2', '-s', '-j', 'link', 'show', 'eth1')) as {
    stats64: { rx: { packets: number } };
  }[];
  return link?.stats64.rx.packets ?? NaN;
}

async function stream(name: string, { wants, ...more }: Stream): Promise<void> {
  const { seconds = 20, perSecond = 50, bytes = 64, tampered } = more;
  const { send, receive } = lab.udp('n1', 'n2', '10.0.0.2', ++port);
  const from = lab.reports.length;
  const before = receivedFrames();
  // doses are added up by fault
  const own = wants.map((want) => ({ ...want, fault: `${name} ${want.fault}` }));
  const edge = await lab.edge(name, own);
  if (tampered !== undefined) lab.inRoom('tc', 'qdisc', 'change', 'dev', 'w1b', ...tampered);
  const firstAtNs = Math.ceil(edge.toNs / 1e6 + 20) * 1e6;
  lab.room.startBeat({
    id: name, sendFd: send, receiveFd: receive, firstAtNs, intervalNs: 1e9 / perSecond, packet: new Uint8Array(bytes),
    sendOffset: 0, receiveOffset: 0, drainEveryNs: 500e6,
  }); // prettier-ignore
  await sleep(seconds * 1000);
  lab.room.stopBeat(name);
  await lab.until(`the end of ${name}`, (report) =>
    report.type === 'beats' && report.id === name && report.isLast ? true : undefined,
  );
  await lab.edge(`${name} healed`, []);
  // a queue that was full takes its time
  await sleep(15_000);
  const { sent, received } = lab.beat(name);
  const delays = [...received].map(([k, atNs]) => atNs - (sent[k] ?? NaN));
  const doses = lab.reports.slice(from).filter((r): r is DoseReport => r.type === 'dose');
  const value = { doses, sent: sent.length, delays, arrived: receivedFrames() - before };
  console.log(JSON.stringify({ name, value }));
}

await stream('delay', { wants: [impair({ delayNs: 20e6 })] });
await stream('jitter', { wants: [impair(JITTERED)], seconds: 100 });
const uniform = impair({ delayNs: 20e6, jitterNs: 5e6 });
await stream('in a crowd', { wants: [uniform], seconds: 100, perSecond: 200 });
await stream('in a throng', { wants: [impair(JITTERED)], seconds: 60, perSecond: 1000 });
await stream('two faults', {
  wants: [impair({ delayNs: 20e6 }), impair({ delayNs: 10e6 }, { protocol: 'udp' }, 'g')],
});
await stream('nobody of the class', { wants: [impair({ delayNs: 20e6 }, { protocol: 'arp' })] });
await stream('seldom', { wants: [impair({ delayNs: 400e6 })], perSecond: 1, seconds: 60 });
const whole = ['parent', 'ca01:1', 'handle', 'ca10:', 'netem', 'limit', '100000', 'rate', '10gbit'];
await stream('tampered delay', {
  wants: [impair({ delayNs: 20e6 })],
  tampered: [...whole, 'delay', '23ms'],
});
await stream('tampered jitter', {
  wants: [impair(JITTERED)],
  tampered: [...whole, 'delay', '20ms', '2ms'],
  seconds: 100,
});
const full = { perSecond: 2000, bytes: 1000, seconds: 10 };
await stream('rate', { ...full, wants: [impair({ rateBitPerSec: 4e6 })] });
await stream('rate of a class', {
  ...full,
  wants: [impair({ rateBitPerSec: 4e6 }, { protocol: 'udp' })],
  seconds: 3,
});
await stream('rate with room', { wants: [impair({ rateBitPerSec: 4e6 })] });
await stream('tampered rate', {
  ...full,
  wants: [impair({ rateBitPerSec: 4e6 })],
  tampered: [
    'root',
    'handle',
    'ca01:',
    'tbf',
    'rate',
    '6mbit',
    'burst',
    '9518',
    'limit',
    '1000000',
  ],
});
await lab.close();
