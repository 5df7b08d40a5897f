import { readCounters } from '../host/nft-counters.ts';
import { decodeQdisc, dumpQdiscs, getQdisc, type QdiscState } from '../host/qdisc.ts';
import { byStation, type Station } from './room-station.ts';
import { queuePlace } from './room-tree.ts';
import { bothEnds, entering, isDirect, queueing, type WireEnd } from './room-wire.ts';
import type { RoomWires } from './room-wires.ts';
import type { RoomAbilities, RoomReport, SegmentTraffic } from './room.ts';
import { STORM_SOURCE, type Direction, type WireDirection } from './want.ts';

const TABLE = 'netdev traffic';
const DIRECTIONS: readonly Direction[] = ['a>b', 'b>a'];
const IS_STORM = `ether saddr & ff:ff:ff:00:00:00 == ${STORM_SOURCE}:00:00:00`;

export interface TrafficContext {
  readonly room: Station;
  readonly wires: RoomWires;
  readonly abilities: RoomAbilities;
}

/** What passes on every wire: all frames, and those of storms; how often a storm's frames pass a segment. */
export class RoomTraffic {
  readonly #context: TrafficContext;
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
      `add counter ${TABLE} ${stormCounter(device)}`,
      `add chain ${TABLE} ${device} { type filter hook ingress device "${device}" priority -10 ; }`,
      ruleOf(device, this.#blocked),
    ]);
    this.#context.room.nft.run(`add table ${TABLE}\n${lines.join('\n')}\n`);
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
    this.#context.room.nft.run(`${lines.join('\n')}\n`);
  }

  /** Those of the room: no storm is sent on a direct wire. */
  #devices(): readonly string[] {
    const through = [...this.#context.wires].filter((wire) => !isDirect(wire));
    return through.flatMap((wire) => bothEnds(wire).map(({ device }) => device));
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

  /** by device */
  #stormCounts(): ReadonlyMap<string, number> {
    const devices = this.#devices();
    const found = readCounters(this.#context.room.filter, 'traffic', devices.map(stormCounter));
    return new Map(devices.map((device) => [device, found.get(stormCounter(device)) ?? 0]));
  }

  /** All frames that entered, by device. */
  #frameCounts(): ReadonlyMap<string, number> {
    const ends = [...this.#segments()].map(({ end }) => end);
    const found = [...byStation(ends, ({ station }) => station)].flatMap(([station, own]) => {
      const names = own.map(({ device }) => `seen_${device}`);
      return [...readCounters(station.filter, station.rules.table, names)];
    });
    return new Map(found.map(([name, count]) => [name.slice('seen_'.length), count]));
  }

  /** The segment that storm frames pass most often, since the mark. In a network without a loop no more than once each. */
  worst(): (WireDirection & { readonly amplification: number }) | null {
    if (this.sent <= this.#markedSent) return null;
    const counts = this.#stormCounts();
    let worst: (WireDirection & { readonly amplification: number }) | null = null;
    for (const { at, end } of this.#segments()) {
      const { device } = end;
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

  *#segments(): Generator<{ readonly at: WireDirection; readonly end: WireEnd }> {
    for (const wire of this.#context.wires) {
      for (const direction of DIRECTIONS) {
        yield { at: { link: wire.link, direction }, end: entering(wire, direction) };
      }
    }
  }

  act(nowNs: number, report: (report: RoomReport) => void): void {
    const tNs = this.dueNs;
    this.dueNs = Math.max(tNs, nowNs) + this.#everyNs - (Math.max(tNs, nowNs) % this.#everyNs);
    const all = this.#frameCounts();
    const storm = this.#stormCounts();
    const queues = this.#queues();
    const segments = [...this.#segments()].map(({ at, end: { device } }): SegmentTraffic => ({
      ...at,
      frames: all.get(device) ?? 0,
      stormFrames: storm.get(device) ?? 0,
      amplification: this.#amplification(device, storm),
      ...(queues.get(device) ?? NO_QUEUE),
    }));
    report({ type: 'traffic', tNs: nowNs, segments });
  }

  /** By the device where the direction enters. A direct wire has one only while a fault needs it. */
  #queues(): ReadonlyMap<string, Pick<SegmentTraffic, 'overflowed' | 'waiting'>> {
    const { abilities, wires } = this.#context;
    const found = new Map<string, Pick<SegmentTraffic, 'overflowed' | 'waiting'>>();
    const all = [...this.#segments()].map(({ at, end }) => {
      const { station, deviceIndex } = queueing(wires.get(at.link), at.direction);
      return { end, station, place: queuePlace(deviceIndex, abilities) };
    });
    for (const [station, own] of byStation(all, (each) => each.station)) {
      const states =
        station.node === null
          ? station.socket.get(
              own.map(({ place }) => getQdisc(place)),
              decodeQdisc,
            )
          : station.socket.dump(dumpQdiscs(), decodeQdisc);
      for (const { end, place } of own) {
        const state = states.find((each) => isAt(each, place));
        if (state !== undefined)
          found.set(end.device, { overflowed: state.drops, waiting: state.queuePackets });
      }
    }
    return found;
  }
}

const NO_QUEUE = { overflowed: 0, waiting: 0 } as const;

function isAt({ place }: QdiscState, { device, handle }: QdiscState['place']): boolean {
  return place.device === device && place.handle === handle;
}

function stormCounter(device: string): string {
  return `in_${device}`;
}

function ruleOf(device: string, blocked: boolean): string {
  const rule = `add rule ${TABLE} ${device} ${IS_STORM} counter name "${stormCounter(device)}"`;
  return blocked ? `${rule} drop` : rule;
}
