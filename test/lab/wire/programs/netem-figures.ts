// Runs in the embedded kernel, warp clock: what a netem with our options does to frames, measured by sending some
// from n1 to n2 (a veth pair with the netem on n1) and looking at kernel time stamps. One JSON object a line.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLOCK, monotonicNs, secondsAt } from '../../../../src/host/clock.ts';
import { DatagramReceiver } from '../../../../src/host/datagram-receiver.ts';
import { libc } from '../../../../src/host/libc.ts';
import { NetlinkSocket } from '../../../../src/host/netlink-socket.ts';
import { TC_ROOT, addQdisc, changeQdisc, classId } from '../../../../src/host/qdisc.ts';
import { composeStage } from '../../../../src/wire/compose.ts';
import { netemOptions } from '../../../../src/wire/netem-options.ts';
import type { Impairment } from '../../../../src/wire/want.ts';

const run = (...argv: string[]): string =>
  execFileSync(argv[0] ?? '', argv.slice(1), { encoding: 'utf8' });
const say = (name: string, value: unknown): void => console.log(JSON.stringify({ name, value }));

interface Arrival {
  readonly sequence: number;
  readonly delayNs: number;
  readonly intact: boolean;
}

const ETHERTYPE = 0x88b5;
const PAYLOAD = 100;

function packetSocket(index: number): number {
  const address = Buffer.alloc(20);
  address.writeUInt16LE(17, 0);
  address.writeUInt16BE(ETHERTYPE, 2);
  address.writeInt32LE(index, 4);
  const fd = libc.socket(17, 3 | 0o4000, 0);
  libc.setsockopt(fd, 1, 33, Buffer.from(Int32Array.of(8 << 20).buffer), 4);
  libc.setsockopt(fd, 1, 35, Buffer.from(Int32Array.of(1).buffer), 4);
  libc.bind(fd, address, address.length);
  return fd;
}

class Path {
  readonly #socket = new NetlinkSocket();
  readonly #device: number;
  readonly #out: number;
  readonly #in: number;
  readonly #receiver = new DatagramReceiver({ batch: 64, dataBytes: 256, nameBytes: 20 });
  readonly #sentNs: number[] = [];
  readonly #arrivals: Arrival[] = [];
  readonly #clock = Buffer.alloc(16);

  constructor() {
    run('ip', 'link', 'add', 'n1', 'type', 'veth', 'peer', 'name', 'n2');
    run('sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1');
    for (const device of ['n1', 'n2']) run('ip', 'link', 'set', device, 'up');
    const links = JSON.parse(run('ip', '-j', 'link')) as { ifname: string; ifindex: number }[];
    const index = (name: string): number => links.find((l) => l.ifname === name)?.ifindex ?? -1;
    this.#device = index('n1');
    this.#out = packetSocket(this.#device);
    this.#in = packetSocket(index('n2'));
    const options = netemOptions(composeStage([]), { seed: 1n });
    this.#socket.request([addQdisc(this.#place, { kind: 'netem', options })]);
  }

  get #place(): { device: number; handle: number; parent: number } {
    return { device: this.#device, handle: classId(1, 0), parent: TC_ROOT };
  }

  impair(...impairments: readonly Impairment[]): void {
    this.change(netemOptions(composeStage(impairments)));
  }

  change(options: Buffer): void {
    this.#socket.request([changeQdisc(this.#place, { kind: 'netem', options })]);
  }

  send(): void {
    const frame = Buffer.alloc(14 + PAYLOAD, 0xa5);
    frame.write('02000000000b02000000000a88b5', 0, 'hex');
    frame.writeUInt32BE(this.#sentNs.length, 14);
    this.#sentNs.push(this.#now());
    libc.send(this.#out, frame, frame.length, 0);
  }

  #now(): number {
    libc.clock_gettime(CLOCK.REALTIME, this.#clock);
    return this.#sinceStart(this.#clock, 0);
  }

  /** 1.7e18 is beyond 2^53: all times are since the kernel's start of time */
  #sinceStart(timespec: Buffer, offset: number): number {
    return (secondsAt(timespec, offset) - 1_700_000_000) * 1e9 + timespec.readUInt32LE(offset + 8);
  }

  drain(): void {
    for (;;) {
      const count = this.#receiver.receive(this.#in);
      if (count <= 0) return;
      for (let k = 0; k < count; k++) {
        const at = this.#receiver.dataOffset(k);
        const sequence = this.#receiver.data.readUInt32BE(at + 14);
        const payload = this.#receiver.data.subarray(at + 18, at + 14 + PAYLOAD);
        const arrived = this.#sinceStart(this.#receiver.control, this.#receiver.stampOffset(k));
        const delayNs = arrived - (this.#sentNs[sequence] ?? NaN);
        this.#arrivals.push({ sequence, delayNs, intact: payload.every((byte) => byte === 0xa5) });
      }
    }
  }

  /** `count` frames, one every ms; then what arrived, and a fresh start */
  async probe(count: number, tailMs = 100): Promise<Figures> {
    for (let k = 0; k < count; k++) {
      this.send();
      await sleep(1);
      this.drain();
    }
    return this.figures(tailMs);
  }

  /** `count` frames as fast as may be: for losses, which know no time */
  async flood(count: number): Promise<Figures> {
    for (let k = 0; k < count; k++) {
      this.send();
      if (k % 50 === 49) {
        await sleep(1);
        this.drain();
      }
    }
    return this.figures(100);
  }

  async figures(tailMs: number): Promise<Figures> {
    await sleep(tailMs);
    this.drain();
    const found = figuresOf(this.#sentNs.length, this.#arrivals);
    this.#sentNs.length = 0;
    this.#arrivals.length = 0;
    return found;
  }

  read(): unknown {
    return JSON.parse(run('tc', '-j', 'qdisc', 'show', 'dev', 'n1'));
  }
}

interface Figures {
  readonly sent: number;
  readonly received: number;
  readonly damaged: number;
  readonly meanNs: number;
  /** correlation of neighbouring delays */
  readonly neighbours: number;
  readonly minNs: number;
  readonly maxNs: number;
}

function figuresOf(sent: number, arrivals: readonly Arrival[]): Figures {
  const delays = arrivals.filter(({ delayNs }) => Number.isFinite(delayNs)).map((a) => a.delayNs);
  const mean = delays.reduce((a, b) => a + b, 0) / delays.length;
  const variance = delays.reduce((sum, x) => sum + (x - mean) ** 2, 0) / delays.length;
  const together = delays
    .slice(1)
    .reduce((sum, x, i) => sum + (x - mean) * ((delays[i] ?? mean) - mean), 0);
  const there = new Set(arrivals.map(({ sequence }) => sequence));
  return {
    sent,
    received: there.size,
    damaged: arrivals.filter(({ intact }) => !intact).length,
    meanNs: Math.round(mean),
    neighbours: variance === 0 ? 0 : together / delays.length / variance,
    minNs: Math.round(Math.min(...delays)),
    maxNs: Math.round(Math.max(...delays)),
  };
}

process.stdin.on('end', () => process.exit(9)).resume();
const path = new Path();

const STAGES: Readonly<Record<string, Impairment>> = {
  neutral: {},
  delay: { delayNs: 10_500_001 },
  jitter: { delayNs: 20e6, jitterNs: 5e6, distribution: 'normal' },
  gemodel: { gemodel: { p: 0.02, r: 0.25, lossBad: 0.75, lossGood: 0.125 } },
  'four-state': { fourState: { p13: 0.02, p31: 0.2, p32: 0.1, p23: 0.3, p14: 0.01 } },
  others: { delayNs: 1e6, corruptRatio: 0.1, reorderRatio: 0.25, reorderGap: 5, rateBitPerSec: 8e6, slotMinNs: 1e6, slotMaxNs: 2e6 },
  'neutral again': {},
}; // prettier-ignore
for (const [name, impairment] of Object.entries(STAGES)) {
  path.impair(impairment);
  say(`read ${name}`, path.read());
}

say('neutral', await path.probe(200));
path.impair({ delayNs: 20e6 });
say('delay 20ms', await path.probe(500));
path.impair({ corruptRatio: 0.1 });
say('corrupt', await path.flood(5000));
path.impair({ delayNs: 10e6, reorderRatio: 0.2, reorderGap: 1 });
say('reorder', await path.probe(2000));

// netem's own delay correlation: the second word of the options that follow the header
const correlated = netemOptions(composeStage([{ delayNs: 2e6, jitterNs: 400e3 }]));
correlated.writeUInt32LE(Math.round(0.9 * 0xffffffff), 24 + 4);
path.change(correlated);
say('correlation 90%', await path.probe(4000));

say('lab seconds', Math.round(monotonicNs() / 1e9));
process.exit(0);
