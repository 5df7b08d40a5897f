import type { Topology } from '../lab/topology.ts';
import type { Frame } from './decode/frame.ts';
import { segments, wireEnds } from './lab-view.ts';
import type { OspfNeighbor } from './ospf-neighbors.ts';
import {
  NEIGHBOR_STATES,
  ospfNodes,
  ospfPairs,
  type NeighborState,
  type OspfParams,
} from './ospf.ts';
import { inOrder, type AddressSeen, type SetSignal } from './seen.ts';
import { instance } from './signal-path.ts';

interface End {
  readonly node: string;
  readonly interface: string;
}

/** Neighbour tables, addresses and hellos in; the signals of ospf.ts out. */
export class OspfReducer {
  readonly #id: string;
  readonly #set: SetSignal;
  readonly #pairs: readonly (readonly [string, string])[];
  /** null: its daemon has not answered (yet, or any more) */
  readonly #tables = new Map<string, readonly OspfNeighbor[] | null>();
  readonly #nodeOfAddress = new Map<string, string>();
  readonly #nodeOfRouter = new Map<string, string>();
  readonly #wires = new Map<string, { readonly from: End; readonly to: End }>();
  readonly #segmentOf = new Map<string, number>();
  /** ends that sent hellos, by segment */
  readonly #speakers = new Map<number, Map<string, End>>();
  readonly #lastHello = new Map<string, number>();
  /** adjacencies that were complete once */
  readonly #everComplete = new Set<string>();

  constructor(id: string, params: OspfParams, topology: Topology, set: SetSignal) {
    this.#id = id;
    this.#set = inOrder(set);
    this.#pairs = ospfPairs(params, topology);
    for (const node of ospfNodes(params, topology)) this.#tables.set(node, null);
    for (const link of topology.links) {
      for (const direction of ['a>b', 'b>a'] as const) {
        this.#wires.set(`${link.id} ${direction}`, wireEnds(link, direction));
      }
    }
    for (const [index, ends] of segments(topology).entries()) {
      for (const end of ends) this.#segmentOf.set(`${end.node}:${end.interface}`, index);
    }
  }

  onAddress(seen: AddressSeen): void {
    if (!this.#tables.has(seen.node)) return;
    const address = seen.address.replace(/\/.*/, '');
    if (seen.present) this.#nodeOfAddress.set(address, seen.node);
    else this.#nodeOfAddress.delete(address);
  }

  onFrame(frame: Frame): void {
    const { body } = frame;
    if (body.protocol !== 'ospf' || body.packetType !== 'hello') return;
    const wire = this.#wires.get(`${frame.link} ${frame.direction}`);
    if (wire === undefined) return;
    if (frame.stage === 'in') this.#spoke(wire.from, body.routerId);
    else this.#heard(wire.to, body.routerId, frame.tNs);
  }

  /** What a daemon answered; null when it doesn't answer (any more), an empty table when there is no daemon. */
  onTable(node: string, table: readonly OspfNeighbor[] | null, tNs: number): void {
    if (!this.#tables.has(node)) return;
    this.#tables.set(node, table);
    for (const [from, to] of this.#pairs) {
      if (from !== node) continue;
      const state = table === null ? null : this.#bestState(table, to);
      this.#set(instance(`${this.#id}.state`, from, to), state, tNs);
    }
    const all = [...this.#tables.values()];
    if (all.includes(null)) {
      this.#set(`${this.#id}.neighbors`, null, tNs);
      this.#set(`${this.#id}.full`, null, tNs);
      return;
    }
    const complete = this.#adjacencies((state) => state === 'full');
    for (const adjacency of complete) this.#everComplete.add(adjacency);
    this.#set(`${this.#id}.neighbors`, complete.size, tNs);
    this.#set(`${this.#id}.full`, complete.size > 0 && this.#allSettled(), tNs);
  }

  #spoke(end: End, routerId: string): void {
    if (!this.#tables.has(end.node)) return;
    this.#nodeOfRouter.set(routerId, end.node);
    const name = `${end.node}:${end.interface}`;
    const segment = this.#segmentOf.get(name);
    if (segment === undefined) return;
    const speakers = this.#speakers.get(segment) ?? new Map<string, End>();
    this.#speakers.set(segment, speakers.set(name, end));
  }

  #heard(end: End, routerId: string, tNs: number): void {
    const sender = this.#nodeOfRouter.get(routerId);
    if (sender === undefined) return;
    if (!this.#pairs.some(([from, to]) => from === end.node && to === sender)) return;
    const key = `${end.node}:${end.interface} ${sender}`;
    const beforeNs = this.#lastHello.get(key);
    this.#lastHello.set(key, tNs);
    if (beforeNs === undefined) return;
    this.#set(instance(`${this.#id}.hello-gap`, end.node, sender), tNs - beforeNs, tNs);
  }

  #nodeOf(neighbor: OspfNeighbor): string | undefined {
    return this.#nodeOfAddress.get(neighbor.address) ?? this.#nodeOfRouter.get(neighbor.routerId);
  }

  #bestState(table: readonly OspfNeighbor[], to: string): NeighborState {
    const ranks = table
      .filter((neighbor) => this.#nodeOf(neighbor) === to)
      .map((neighbor) => NEIGHBOR_STATES.indexOf(neighbor.state));
    return NEIGHBOR_STATES[Math.max(0, ...ranks)] ?? 'none';
  }

  /** Pairs of addresses between which both ends (one, where the other is not watched) are in such a state. */
  #adjacencies(wanted: (state: NeighborState) => boolean): ReadonlySet<string> {
    const found = new Set<string>();
    for (const table of this.#tables.values()) {
      for (const neighbor of table ?? []) {
        if (!wanted(neighbor.state)) continue;
        const other = this.#nodeOf(neighbor);
        const answers = other === undefined ? undefined : this.#tables.get(other);
        const mutual = answers?.some((n) => n.address === neighbor.localAddress && wanted(n.state));
        if (mutual !== false) found.add([neighbor.localAddress, neighbor.address].sort().join(' '));
      }
    }
    return found;
  }

  /** Nobody on the way up; nobody missing who was complete before; every end that talks to another has a Full one. */
  #allSettled(): boolean {
    const tables = [...this.#tables.values()].flatMap((table) => table ?? []);
    if (!tables.every((neighbor) => isSettled(neighbor.state))) return false;
    const settled = this.#adjacencies(isSettled);
    if ([...this.#everComplete].some((adjacency) => !settled.has(adjacency))) return false;
    for (const speakers of this.#speakers.values()) {
      const ends = [...speakers.values()];
      if (new Set(ends.map((end) => end.node)).size < 2) continue;
      if (!ends.every((end) => this.#hasFull(end))) return false;
    }
    return true;
  }

  #hasFull(end: End): boolean {
    const table = this.#tables.get(end.node) ?? [];
    return table.some((n) => n.interface === end.interface && n.state === 'full');
  }
}

/** Full, or 2-Way: two routers that are neither DR nor BDR stay there (RFC 2328 10.4). */
function isSettled(state: NeighborState): boolean {
  return state === 'full' || state === 'two-way';
}
