import type { NetlinkSocket } from '../host/netlink-socket.ts';
import type { NetlinkRequest } from '../host/netlink.ts';
import type { Nftables } from '../host/nftables.ts';
import { compose } from './compose.ts';
import { directionKey, neutralState, type DirectionState } from './direction-state.ts';
import { transitionRules, type DeviceOf, type SteeredState } from './nft-text.ts';
import { RoomDirection } from './room-direction.ts';
import type { RoomWires } from './room-wires.ts';
import { entering, leaving, type Wire } from './room-wire.ts';
import { steer } from './steering.ts';
import type { RoomAbilities, RoomEdge, RoomReport } from './room.ts';
import type { WireWant } from './want.ts';

/** How often it is asked whether a healed delay has run dry. */
const DRAIN_LOOK_NS = 50e6;

export interface ApplierContext {
  readonly socket: NetlinkSocket;
  readonly nft: Nftables;
  readonly wires: RoomWires;
  readonly abilities: RoomAbilities;
  readonly now: () => number;
}

type EdgeReport = Extract<RoomReport, { type: 'edge' }>;

/** Everything that one edge does, worked out before its moment. */
interface Transition {
  readonly states: ReadonlyMap<string, SteeredState>;
  readonly rules: string;
  readonly requests: readonly NetlinkRequest[];
  readonly touched: readonly RoomDirection[];
}

/** Brings the room to what the faults in force want: one nft transaction and one netem change per touched direction. */
export class RoomApplier {
  readonly #context: ApplierContext;
  readonly #directions = new Map<string, RoomDirection>();
  #wanted: ReadonlyMap<string, DirectionState> = new Map();
  #states: ReadonlyMap<string, SteeredState> = new Map();
  /** when to look whether stages have run dry; Infinity: none is asked for */
  dueNs = Infinity;

  constructor(context: ApplierContext) {
    this.#context = context;
  }

  /** Work that need not be done at the edge: tables of delay distributions take up to 50 ms to make. */
  warmUp(wants: readonly WireWant[]): void {
    for (const state of compose(wants).values()) RoomDirection.warmUp(state);
  }

  apply(edge: RoomEdge): EdgeReport {
    const { now, socket, nft, wires } = this.#context;
    this.#wanted = compose(edge.wants);
    const transition = this.#prepare(this.#wanted);
    const fromNs = now();
    socket.request(transition.requests);
    if (transition.rules !== '') nft.run(transition.rules);
    this.#setCarrier(transition);
    const toNs = now();
    this.#states = transition.states;
    this.#lookAgain(toNs);
    return {
      type: 'edge',
      id: edge.id,
      scheduledNs: edge.atNs,
      fromNs,
      toNs,
      inForce: transition.touched.map((direction) => ({
        link: direction.link,
        direction: direction.direction,
        readBack: direction.readBack(socket, nft, wires),
      })),
    };
  }

  /** Frames of a healed delay have left: stages become bare again, classes are no longer steered. */
  settle(): void {
    const { now, socket, nft } = this.#context;
    const requests = [...this.#directions.values()].flatMap((each) => each.relax(socket));
    if (requests.length > 0) socket.request(requests);
    const { states, rules } = this.#prepare(this.#wanted);
    if (rules !== '') nft.run(rules);
    this.#states = states;
    this.#lookAgain(now());
  }

  /** While frames wait in a stage that nobody wants any more, or a class is steered that nobody impairs. */
  #lookAgain(nowNs: number): void {
    const draining = [...this.#directions.values()].some((direction) => direction.draining);
    const lingering = [...this.#states.values()].some(
      ({ steered, classes }) => steered.length > classes.length,
    );
    this.dueNs = draining || lingering ? nowNs + DRAIN_LOOK_NS : Infinity;
  }

  /** A wire's devices are new: what its stages did is to be done again. The rules are still there. */
  wireRebuilt(wire: Wire): void {
    const own = [...this.#directions.values()].filter((each) => each.link === wire.link);
    this.#context.socket.request(own.flatMap((each) => each.renew()));
  }

  /** The states in force, and the directions that have any. */
  get states(): ReadonlyMap<string, SteeredState> {
    return this.#states;
  }

  #prepare(wanted: ReadonlyMap<string, DirectionState>): Transition {
    const states = new Map<string, SteeredState>();
    const requests: NetlinkRequest[] = [];
    const touched: RoomDirection[] = [];
    const keys = new Set([...wanted.keys(), ...this.#states.keys()]);
    for (const key of [...keys].sort()) {
      const before = this.#states.get(key);
      const at = wanted.get(key) ?? before;
      if (at === undefined) continue;
      const state = wanted.get(key) ?? neutralState(at.link, at.direction);
      const direction = this.#directionOf(key, state);
      const steered = steer(before?.steered ?? [], state, (bit) =>
        direction.drained(bit, this.#context.socket),
      );
      const after = { ...state, steered };
      if (wanted.has(key) || steered.length > 0) states.set(key, after);
      const changes = direction.changes(after);
      requests.push(...changes);
      if (changes.length > 0 || !sameWants(before, after)) touched.push(direction);
    }
    return {
      states,
      requests,
      touched,
      rules: transitionRules(this.#states, states, this.#deviceOf),
    };
  }

  #directionOf(key: string, state: DirectionState): RoomDirection {
    let direction = this.#directions.get(key);
    if (direction === undefined) {
      const wire = this.#context.wires.get(state.link);
      direction = new RoomDirection(wire, state.direction, this.#context.abilities);
      this.#directions.set(key, direction);
    }
    return direction;
  }

  readonly #deviceOf: DeviceOf = (link, direction) => {
    const wire = this.#context.wires.get(link);
    return { enters: entering(wire, direction).device, leaves: leaving(wire, direction).device };
  };

  #setCarrier({ touched, states }: Transition): void {
    const { wires } = this.#context;
    const changed = touched.flatMap((at) => {
      const wire = wires.get(at.link);
      const end = entering(wire, at.direction);
      const lost = (states.get(directionKey(at))?.carrier.length ?? 0) > 0;
      if (end.carrierLost === lost) return [];
      end.carrierLost = lost;
      return [wire];
    });
    wires.settle(changed);
  }
}

/** Equal as values: both are made of plain data in a fixed order. */
function sameWants(before: SteeredState | undefined, after: SteeredState): boolean {
  const neutral = { ...neutralState(after.link, after.direction), steered: [] };
  return JSON.stringify(before ?? neutral) === JSON.stringify(after);
}
