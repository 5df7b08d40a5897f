import { packetsIn } from '../host/qdisc.ts';
import { compose } from './compose.ts';
import { directionKey, neutralState, type DirectionState } from './direction-state.ts';
import type { SteeredState, WireDevices } from './nft-text.ts';
import { RoomDirection } from './room-direction.ts';
import { RoomDoses } from './room-doses.ts';
import { RoomRules } from './room-rules.ts';
import type { RoomSenders } from './room-senders.ts';
import type { RoomGauge } from './room-gauge.ts';
import { ratePlace } from './room-tree.ts';
import {
  faultsOf,
  request,
  requestsOf,
  sameFaults,
  sameWants,
  type StationRequest,
} from './room-transition.ts';
import type { RoomWires } from './room-wires.ts';
import { entering, isDirect, leaving, type Wire } from './room-wire.ts';
import { steer } from './steering.ts';
import type { RoomAbilities, RoomEdge, RoomReport } from './room.ts';
import type { Direction, WireDirection, WireWant } from './want.ts';

/** How often it is asked whether a healed delay has run dry. */
const DRAIN_LOOK_NS = 50e6;

export interface ApplierContext {
  readonly wires: RoomWires;
  readonly abilities: RoomAbilities;
  readonly now: () => number;
  readonly senders: RoomSenders;
  readonly gauge: RoomGauge;
}

type DoseReport = Extract<RoomReport, { type: 'dose' }>;
type EdgeReport = Extract<RoomReport, { type: 'edge' }>;

/** Everything that one edge does, worked out before its moment. */
interface Transition {
  readonly states: ReadonlyMap<string, SteeredState>;
  readonly requests: readonly StationRequest[];
  readonly touched: readonly RoomDirection[];
}

/** Brings the room to what the faults in force want: one transaction of rules and one netem change per touched direction. */
export class RoomApplier {
  readonly #context: ApplierContext;
  readonly #doses: RoomDoses;
  readonly #rules: RoomRules;
  readonly #directions = new Map<string, RoomDirection>();
  #wanted: ReadonlyMap<string, DirectionState> = new Map();
  #states: ReadonlyMap<string, SteeredState> = new Map();
  /** when to look whether stages have run dry; Infinity: none is asked for */
  dueNs: number = Infinity;

  constructor(context: ApplierContext) {
    this.#context = context;
    const { wires } = context;
    this.#doses = new RoomDoses(wires);
    this.#rules = new RoomRules(
      ({ link, direction }) => entering(wires.get(link), direction).station,
      (link, direction) => devicesOf(wires.get(link), direction),
    );
  }

  /** Work that need not be done at the edge: tables of delay distributions take up to 50 ms to make, rules up to 5. */
  warmUp(wants: readonly WireWant[]): void {
    const states = [...compose(wants).values()];
    for (const state of states) RoomDirection.warmUp(state);
    this.#rules.warmUp(states.map((state) => ({ ...state, steered: steer([], state) })));
    this.#context.senders.warmUp(states);
  }

  /** The doses of the faults that it ends, then the edge itself. */
  apply(edge: RoomEdge): readonly (DoseReport | EdgeReport)[] {
    const { now, wires } = this.#context;
    this.#wanted = compose(edge.wants);
    const transition = this.#prepare(this.#wanted);
    const fromNs = now();
    request(transition.requests);
    this.#rules.change(this.#states, transition.states);
    this.#setCarrier(transition);
    this.#context.senders.settle(transition.states, edge.atNs);
    const toNs = now();
    const before = this.#states;
    this.#states = transition.states;
    this.#lookAgain(toNs);
    this.#context.gauge.settle(transition.touched, this.#states, fromNs, toNs);
    const inForce = transition.touched
      .filter((at) => !sameFaults(before.get(directionKey(at)), this.#states.get(directionKey(at))))
      .map((at) => ({
        link: at.link,
        direction: at.direction,
        readBack: [at.readBack(this.#rules, wires), this.#context.senders.readBack(at)]
          .filter((text) => text !== '')
          .join('; '),
      }));
    const { id, atNs: scheduledNs } = edge;
    return [
      ...this.#endedDoses(before, transition),
      { type: 'edge', id, scheduledNs, fromNs, toNs, inForce },
    ];
  }

  #endedDoses(
    before: ReadonlyMap<string, SteeredState>,
    { touched, states }: Transition,
  ): DoseReport[] {
    const reports: DoseReport[] = [];
    for (const at of touched) {
      const key = directionKey(at);
      const old = before.get(key);
      const current = states.get(key);
      this.#doses.changed(at, old, current);
      const still = faultsOf(current);
      const ended = [...faultsOf(old)].filter((fault) => !still.has(fault));
      if (old !== undefined && ended.length > 0) {
        reports.push(...this.#doses.read([old], (fault) => ended.includes(fault)));
        const isEnded = (fault: string, where: WireDirection): boolean =>
          ended.includes(fault) && key === directionKey(where);
        const { senders, gauge } = this.#context;
        reports.push(...senders.doses(isEnded), ...gauge.doses(isEnded));
      }
    }
    return reports;
  }

  /** The doses so far of all faults in force. */
  doses(): DoseReport[] {
    for (const [key, at] of this.#directions) {
      const state = this.#states.get(key);
      this.#doses.changed(at, state, state);
    }
    const { senders, gauge } = this.#context;
    const counted = this.#doses.read(this.#states.values(), () => true);
    const read = gauge.doses((fault, at) =>
      faultsOf(this.#states.get(directionKey(at))).has(fault),
    );
    return [...counted, ...senders.doses(() => true), ...read];
  }

  /** Frames of a healed delay have left: stages become bare again, classes are no longer steered. */
  settle(): void {
    const { now } = this.#context;
    request([...this.#directions.values()].flatMap((of) => requestsOf(of, of.relax())));
    const { states } = this.#prepare(this.#wanted);
    this.#rules.change(this.#states, states);
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
  wireBuilt(wire: Wire): void {
    const own = [...this.#directions.values()].filter((each) => each.link === wire.link);
    request(own.flatMap((of) => requestsOf(of, of.renew())));
  }

  /** The states in force, and the directions that have any. */
  get states(): ReadonlyMap<string, SteeredState> {
    return this.#states;
  }

  #prepare(wanted: ReadonlyMap<string, DirectionState>): Transition {
    const states = new Map<string, SteeredState>();
    const requests: StationRequest[] = [];
    const touched: RoomDirection[] = [];
    const keys = new Set([...wanted.keys(), ...this.#states.keys()]);
    for (const key of [...keys].sort()) {
      const before = this.#states.get(key);
      const at = wanted.get(key) ?? before;
      if (at === undefined) continue;
      const state = wanted.get(key) ?? neutralState(at.link, at.direction);
      const direction = this.#directionOf(key, state);
      const steered = steer(before?.steered ?? [], state, (bit) => direction.drained(bit));
      const after = { ...state, steered };
      if (wanted.has(key) || steered.length > 0) states.set(key, after);
      const changes = direction.changes(after);
      requests.push(...requestsOf(direction, changes));
      if (changes.length > 0 || !sameWants(before, after)) touched.push(direction);
    }
    return { states, requests, touched };
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

  #setCarrier({ touched, states }: Transition): void {
    const { wires } = this.#context;
    const changed = touched.flatMap((at) => {
      const wire = wires.get(at.link);
      const state = states.get(directionKey(at));
      const end = entering(wire, at.direction);
      const lost = (state?.carrier.length ?? 0) > 0;
      if (end.carrierLost === lost) return [];
      end.carrierLost = lost;
      // the queue to this end goes with its carrier
      if (lost && state !== undefined) {
        const place = ratePlace(end.deviceIndex);
        this.#doses.flushed(state, packetsIn(end.station.socket, place));
      }
      return [wire];
    });
    wires.settle(changed);
  }
}

/** Copies go to where the direction leaves; on a direct wire they leave the node as what they are copies of. */
function devicesOf(wire: Wire, direction: Direction): WireDevices {
  const { device, deviceIndex, station } = entering(wire, direction);
  const leaves = isDirect(wire) ? String(deviceIndex) : `"${leaving(wire, direction).device}"`;
  return { enters: device, leaves, place: station.rules };
}
