import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { libc } from '../../../src/host/libc.ts';
import {
  closeNamespaces,
  inNetns,
  makeNamespaces,
  type NamespaceFds,
} from '../../../src/host/namespaces.ts';
import { openPacketSender } from '../../../src/host/packet-sender.ts';
import { startRoom } from '../../../src/wire/room-main.ts';
import type { Room, RoomOptions, RoomReport, WireSpec } from '../../../src/wire/room.ts';

type BeatsReport = Extract<RoomReport, { type: 'beats' }>;
export type LinkReport = Extract<RoomReport, { type: 'link' }>;
export type EdgeReport = Extract<RoomReport, { type: 'edge' }>;
export type DoseReport = Extract<RoomReport, { type: 'dose' }>;

const REPORT_WITHIN_MS = 5000;
const SOL_SOCKET = 1;
const SO_TIMESTAMPNS = 35;
const SO_RCVBUFFORCE = 33;

function newNamespace(): NamespaceFds {
  return makeNamespaces({ files: false, pid: false }, () => {
    for (const which of ['all', 'default']) {
      writeFileSync(`/proc/sys/net/ipv6/conf/${which}/disable_ipv6`, '1');
    }
    return undefined;
  });
}

/** A room in a namespace of its own, and nodes. Needs root. */
export class RoomLab {
  readonly room: Room;
  readonly reports: RoomReport[] = [];
  readonly #roomFds: NamespaceFds;
  readonly #nodes = new Map<string, NamespaceFds>();
  readonly #sockets: number[] = [];
  #look: () => void = () => undefined;

  static async start(options: RoomOptions = { sendAhead: false }): Promise<RoomLab> {
    const fds = newNamespace();
    // the worker's thread is born where this one is
    const room = inNetns(fds.net, () => startRoom(process.hrtime.bigint(), options));
    await room.started;
    return new RoomLab(room, fds);
  }

  private constructor(room: Room, fds: NamespaceFds) {
    this.room = room;
    this.#roomFds = fds;
    room.onReport((reports) => {
      this.reports.push(...reports);
      this.#look();
    });
  }

  node(name: string): number {
    const known = this.#nodes.get(name) ?? newNamespace();
    this.#nodes.set(name, known);
    return known.net;
  }

  /** The node's namespace goes as soon as nothing else holds it. */
  dropNode(name: string): void {
    const fds = this.#nodes.get(name);
    this.#nodes.delete(name);
    if (fds !== undefined) closeNamespaces(fds);
  }

  in<T>(name: string, body: () => T): T {
    return inNetns(this.node(name), body);
  }

  ip(node: string, ...args: string[]): string {
    return this.in(node, () => execFileSync('ip', args, { encoding: 'utf8' }));
  }

  inRoom(command: string, ...args: string[]): string {
    return inNetns(this.#roomFds.net, () => execFileSync(command, args, { encoding: 'utf8' }));
  }

  /** n1:eth1 - n2:eth1 and so on */
  spec(link: string, a: string, b: string): WireSpec {
    const end = (node: string, octet: string): WireSpec['a'] => {
      const [name = '', iface = 'eth1'] = node.split(':');
      const mac = `aa:c1:ab:00:${octet}:0${link.slice(-1)}`;
      return { node: name, interface: iface, mac, mtu: 1500, netnsFd: this.node(name) };
    };
    return {
      link,
      rateBitPerSec: 100e6,
      queueLimitPackets: 1000,
      a: end(a, '0a'),
      b: end(b, '0b'),
    };
  }

  /** The first report for which `take` gives something, of those that were there or come. */
  async until<T>(what: string, take: (report: RoomReport) => T | undefined, from = 0): Promise<T> {
    const deadline = Date.now() + REPORT_WITHIN_MS;
    for (let at = from; ;) {
      for (; at < this.reports.length; at++) {
        const report = this.reports[at];
        if (report?.type === 'error') throw new Error(report.message);
        const found = report === undefined ? undefined : take(report);
        if (found !== undefined) return found;
      }
      if (Date.now() > deadline) throw new Error(`no report: ${what}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#look = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** What the last report said of an interface. */
  link(node: string, iface = 'eth1'): LinkReport | undefined {
    return this.reports.findLast(
      (report): report is LinkReport =>
        report.type === 'link' && report.node === node && report.interface === iface,
    );
  }

  /** Wait until the kernel has told that the node's end has (or lacks) carrier. */
  async carrier(node: string, wanted: boolean, iface = 'eth1'): Promise<void> {
    const deadline = Date.now() + REPORT_WITHIN_MS;
    while (this.link(node, iface)?.carrier !== wanted) {
      if (Date.now() > deadline)
        throw new Error(`${node}:${iface}: carrier is not ${String(wanted)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Bring the room to `wants` now. */
  async edge(id: string, wants: Parameters<Room['schedule']>[0]['wants']): Promise<EdgeReport> {
    const from = this.reports.length;
    this.room.schedule({ id, atNs: 0, wants });
    return this.until(
      `edge ${id}`,
      (report) => (report.type === 'edge' && report.id === id ? report : undefined),
      from,
    );
  }

  /** Two sockets for a stream of UDP from one node to the other. */
  udp(from: string, to: string, address: string, port: number): { send: number; receive: number } {
    const receive = this.in(to, () => {
      const fd = libc.socket(2, 2 | 0o2004000, 0);
      libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, int32(8 << 20), 4);
      libc.setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, int32(1), 4);
      libc.bind(fd, inet(address, port), 16);
      return fd;
    });
    const send = this.in(from, () => {
      const fd = libc.socket(2, 2 | 0o2004000, 0);
      libc.connect(fd, inet(address, port), 16);
      return fd;
    });
    this.#sockets.push(receive, send);
    return { send, receive };
  }

  /** Stop a beat and wait for its last report: what is in flight then is not lost, it is just not there yet. */
  async endOfBeat(id: string): Promise<void> {
    this.room.stopBeat(id);
    await this.until(`the end of ${id}`, (report) =>
      report.type === 'beats' && report.id === id && report.isLast ? true : undefined,
    );
  }

  /** One frame out of a node's interface. */
  sendFrame(node: string, iface: string, frame: Buffer): void {
    const [link] = JSON.parse(this.ip(node, '-j', 'link', 'show', iface)) as { ifindex: number }[];
    const fd = this.in(node, () => openPacketSender(link?.ifindex ?? -1));
    libc.send(fd, frame, frame.length, 0);
    libc.close(fd);
  }

  /** All that a beat reported: when each was sent, which arrived. */
  beat(id: string): { sent: number[]; received: Map<number, number>; order: number[] } {
    const own = this.reports.filter((r): r is BeatsReport => r.type === 'beats' && r.id === id);
    const order = own.flatMap((r) => [...r.receivedSequence]);
    const received = new Map(
      own.flatMap((r) => [...r.receivedSequence].map((s, k) => [s, r.receivedNs[k] ?? 0] as const)),
    );
    return { sent: own.flatMap((r) => [...r.sentNs]), received, order };
  }

  async close(): Promise<void> {
    await this.room.close();
    for (const fd of this.#sockets) libc.close(fd);
    for (const name of [...this.#nodes.keys()]) this.dropNode(name);
    closeNamespaces(this.#roomFds);
  }
}

function int32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeInt32LE(value);
  return out;
}

function inet(address: string, port: number): Buffer {
  const out = Buffer.alloc(16);
  out.writeUInt16LE(2, 0);
  out.writeUInt16BE(port, 2);
  out.set(address.split('.').map(Number), 4);
  return out;
}
