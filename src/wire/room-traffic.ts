import { NETLINK_FAMILY, NetlinkSocket } from '../host/netlink-socket.ts';
import type { Nftables } from '../host/nftables.ts';
import { readCounters } from '../host/nft-counters.ts';
import { decodeQdisc, getQdisc } from '../host/qdisc.ts';
import { queuePlace } from './room-tree.ts';
import { bothEnds, entering, leaving } from './room-wire.ts';
import type { RoomWires } from './room-wires.ts';
import type { RoomAbilities, RoomReport, SegmentTraffic } from './room.ts';
import { STORM_SOURCE, type Direction, type WireDirection } from './want.ts';

const TABLE = 'netdev traffic';
const DIRECTIONS: readonly Direction[] = ['a>b', 'b>a'];
const IS_STORM = `ether saddr & ff:ff:ff:00:00:00 == ${STORM_SOURCE}:00:00:00`;

export interface TrafficContext {
  readonly socket: NetlinkSocket;
  readonly nft: Nftables;
  readonly wires: RoomWires;
  readonly abilities: RoomAbilities;
}

/** What passes on every wire: all frames, and those of storms; how often a storm's frames pass a segment. */
export class RoomTraffic {
  readonly #context: TrafficContext;
  readonly #counters = new NetlinkSocket(NETLINK_FAMILY.NETFILTER);
  readonly #counted = new Set<string>();
  #blocked = false;
  #everyNs = 0;
  /** storm frames sent and counted when the storms now in force began */
  #markedSent = 0;
  #marked: ReadonlyMap<string, number> = new Map();
  /** storm frames that the room has sent so far */
  sent = 0;
  /** when to report; Infinity: nobody asked */
  dueNs: number = Infinity;

  constructor(context: TrafficContext) {
    this.#context = context;
  }

  /** A report every `everyNs` from now on. The shortest time that anybody asks for is everybody's. */
  watch(everyNs: number, nowNs: number): void {
    this.prepare();
    if (this.#everyNs > 0 && this.#everyNs <= everyNs) return;
    this.#everyNs = everyNs;
    this.dueNs = (Math.floor(nowNs / everyNs) + 1) * everyNs;
  }

  /** Frames of storms are counted on every wire that there is now. */
  prepare(): void {
    const devices = this.#devices().filter((device) => !this.#counted.has(device));
    if (devices.length === 0) return;
    const lines = devices.flatMap((device) => [
      `add counter ${TABLE} in_${device}`,
      `add chain ${TABLE} ${device} { type filter hook ingress device "${device}" priority -10 ; }`,
      ruleOf(device, this.#blocked),
    ]);
    this.#context.nft.run(`add table ${TABLE}\n${lines.join('\n')}\n`);
    for (const device of devices) this.#counted.add(device);
  }

  /** Take the frames of storms out of every wire, or let them pass again. */
  block(blocked: boolean): void {
    if (blocked === this.#blocked) return;
    this.#blocked = blocked;
    const lines = [...this.#counted].flatMap((device) => [
      `flush chain ${TABLE} ${device}`,
      ruleOf(device, blocked),
    ]);
    this.#context.nft.run(`${lines.join('\n')}\n`);
  }

  #devices(): readonly string[] {
    return [...this.#context.wires].flatMap((wire) => bothEnds(wire).map(({ device }) => device));
  }

  /** A device that was made anew has lost its hook. */
  wireBuilt(devices: readonly string[]): void {
    const known = devices.filter((device) => this.#counted.delete(device));
    if (known.length > 0) this.prepare();
  }

  /** The storms begin here: amplification counts from now on. */
  mark(): void {
    this.#markedSent = this.sent;
    this.#marked = this.#stormCounts();
  }

  #stormCounts(): ReadonlyMap<string, number> {
    return this.#read('traffic', (device) => `in_${device}`);
  }

  /** by device */
  #read(table: string, nameOf: (device: string) => string): ReadonlyMap<string, number> {
    const devices = this.#devices();
    const found = readCounters(this.#counters, table, devices.map(nameOf));
    return new Map(devices.map((device) => [device, found.get(nameOf(device)) ?? 0]));
  }

  /** The segment that storm frames pass most often, since the mark. In a network without a loop no more than once each. */
  worst(): (WireDirection & { readonly amplification: number }) | null {
    if (this.sent <= this.#markedSent) return null;
    const counts = this.#stormCounts();
    let worst: (WireDirection & { readonly amplification: number }) | null = null;
    for (const { at, device } of this.#segments()) {
      const amplification = this.#amplification(device, counts);
      if (worst === null || amplification > worst.amplification) worst = { ...at, amplification };
    }
    return worst;
  }

  #amplification(device: string, counts: ReadonlyMap<string, number>): number {
    const sent = this.sent - this.#markedSent;
    const passed = (counts.get(device) ?? 0) - (this.#marked.get(device) ?? 0);
    return sent <= 0 ? 0 : passed / sent;
  }

  *#segments(): Generator<{ readonly at: WireDirection; readonly device: string }> {
    for (const wire of this.#context.wires) {
      for (const direction of DIRECTIONS) {
        yield { at: { link: wire.link, direction }, device: entering(wire, direction).device };
      }
    }
  }

  act(nowNs: number, report: (report: RoomReport) => void): void {
    const tNs = this.dueNs;
    this.dueNs = Math.max(tNs, nowNs) + this.#everyNs - (Math.max(tNs, nowNs) % this.#everyNs);
    const all = this.#read('faults', (device) => `seen_${device}`);
    const storm = this.#stormCounts();
    const { abilities, socket, wires } = this.#context;
    const places = [...this.#segments()].map(({ at }) =>
      queuePlace(leaving(wires.get(at.link), at.direction).deviceIndex, abilities),
    );
    const queues = socket.get(places.map(getQdisc), decodeQdisc);
    const segments = [...this.#segments()].map(({ at, device }, k): SegmentTraffic => ({
      ...at,
      frames: all.get(device) ?? 0,
      stormFrames: storm.get(device) ?? 0,
      amplification: this.#amplification(device, storm),
      overflowed: queues[k]?.drops ?? 0,
      waiting: queues[k]?.queuePackets ?? 0,
    }));
    report({ type: 'traffic', tNs: nowNs, segments });
  }

  close(): void {
    this.#counters.close();
  }
}

function ruleOf(device: string, blocked: boolean): string {
  const rule = `add rule ${TABLE} ${device} ${IS_STORM} counter name "in_${device}"`;
  return blocked ? `${rule} drop` : rule;
}
