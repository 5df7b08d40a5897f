import type { NetlinkSocket } from '../host/netlink-socket.ts';
import type { NetlinkRequest } from '../host/netlink.ts';
import { describeNetem } from '../host/netem-read.ts';
import { changeQdisc, decodeQdisc, getQdisc, packetFifo, tokenBucket } from '../host/qdisc.ts';
import { composeStage } from './compose.ts';
import type { DirectionState } from './direction-state.ts';
import { netemOptions } from './netem-options.ts';
import type { SteeredState } from './nft-text.ts';
import type { RoomRules } from './room-rules.ts';
import { RoomStage } from './room-stage.ts';
import {
  bandPlace,
  bandsPlace,
  burstBytes,
  queuePlace,
  ratePlace,
  wholePlace,
} from './room-tree.ts';
import { entering, leaving, type Wire } from './room-wire.ts';
import type { RoomWires } from './room-wires.ts';
import { BAND_MASK, bandOfMark, bandStages } from './steering.ts';
import type { RoomAbilities } from './room.ts';
import type { Direction } from './want.ts';

/** What stands in the room for one direction of one wire: the queueing tree on the device where frames leave. */
export class RoomDirection {
  readonly link: string;
  readonly direction: Direction;
  readonly #wire: Wire;
  readonly #abilities: RoomAbilities;
  readonly #whole: RoomStage | undefined;
  readonly #bands = new Map<number, RoomStage>();
  #rateBitPerSec: number;
  #limitPackets: number;

  constructor(wire: Wire, direction: Direction, abilities: RoomAbilities) {
    this.#wire = wire;
    this.link = wire.link;
    this.direction = direction;
    this.#abilities = abilities;
    this.#whole = abilities.netem ? new RoomStage(() => wholePlace(this.#device), true) : undefined;
    this.#rateBitPerSec = wire.spec.rateBitPerSec;
    this.#limitPackets = wire.spec.queueLimitPackets;
  }

  /** Make the tables of delay distributions that this state needs. */
  static warmUp(state: DirectionState): void {
    netemOptions(state.whole);
    for (const { impairments } of state.classes) netemOptions(composeStage(impairments));
  }

  get #device(): number {
    return leaving(this.#wire, this.direction).deviceIndex;
  }

  /** The requests that bring the tree to `state`; none where it is there already. */
  changes(state: SteeredState): NetlinkRequest[] {
    const requests = [...this.#linkChanges(state)];
    if (this.#whole !== undefined) push(requests, this.#whole.change(state.whole));
    const stages = bandStages(state.steered);
    // a stage that nobody wants any more stays where it is: nothing is steered there
    for (const [band, stage] of stages) push(requests, this.#band(band).change(stage));
    return requests;
  }

  *#linkChanges(state: SteeredState): Generator<NetlinkRequest> {
    const { spec } = this.#wire;
    // a fault makes a link slower, never faster
    const rateBitPerSec = Math.min(state.rateBitPerSec || Infinity, spec.rateBitPerSec);
    const limitPackets = state.limitPackets || spec.queueLimitPackets;
    if (rateBitPerSec !== this.#rateBitPerSec) {
      this.#rateBitPerSec = rateBitPerSec;
      yield this.#rateRequest();
    }
    if (limitPackets !== this.#limitPackets) {
      this.#limitPackets = limitPackets;
      yield changeQdisc(queuePlace(this.#device, this.#abilities), packetFifo(limitPackets));
    }
  }

  #rateRequest(): NetlinkRequest {
    const rateBitPerSec = this.#rateBitPerSec;
    const { mtu } = leaving(this.#wire, this.direction).spec;
    return changeQdisc(
      ratePlace(this.#device),
      tokenBucket({
        rateBitPerSec,
        burstBytes: burstBytes(rateBitPerSec, mtu),
        // the bucket passes it on to a fifo right below it
        queueBytes: this.#abilities.netem ? 0 : this.#limitPackets,
      }),
    );
  }

  #band(band: number): RoomStage {
    let stage = this.#bands.get(band);
    if (stage === undefined) {
      stage = new RoomStage(() => bandPlace(this.#device, band), false);
      this.#bands.set(band, stage);
    }
    return stage;
  }

  /** Frames of an earlier delay may still be in one of its stages. */
  get draining(): boolean {
    return [...this.#stages()].some((stage) => stage.draining);
  }

  *#stages(): Generator<RoomStage> {
    if (this.#whole !== undefined) yield this.#whole;
    yield* this.#bands.values();
  }

  /** Nothing waits in any band of the class with this bit. */
  drained(bit: number, socket: NetlinkSocket): boolean {
    for (let mark = 1; mark <= BAND_MASK; mark++) {
      const stage = (mark & (1 << bit)) === 0 ? undefined : this.#bands.get(bandOfMark(mark));
      if (stage !== undefined && (stage.draining || stage.waiting(socket) > 0)) return false;
    }
    return true;
  }

  /** The requests that make stages bare in which nothing waits any more. */
  relax(socket: NetlinkSocket): NetlinkRequest[] {
    const requests: NetlinkRequest[] = [];
    for (const stage of this.#stages()) {
      if (stage.draining && stage.waiting(socket) === 0) push(requests, stage.relax());
    }
    return requests;
  }

  /** Frames that its netem stages have dropped themselves: a parent's counter includes its children's. */
  stageDrops(socket: NetlinkSocket): StageDrops {
    if (this.#whole === undefined) return { whole: 0, bands: new Map() };
    const below = this.#abilities.bands
      ? bandsPlace(this.#device)
      : queuePlace(this.#device, this.#abilities);
    const made = [...this.#bands].filter(([, stage]) => stage.isMade);
    const places = [this.#whole.place, below, ...made.map(([, stage]) => stage.place)];
    const [whole = 0, inner = 0, ...bands] = socket.get(
      places.map(getQdisc),
      (message) => decodeQdisc(message).drops,
    );
    return {
      whole: whole - inner,
      bands: new Map(made.map(([band], k) => [markOfBand(band), bands[k] ?? 0])),
    };
  }

  /** The device is new and has the tree of a new wire. */
  renew(): NetlinkRequest[] {
    const requests: NetlinkRequest[] = [];
    const { spec } = this.#wire;
    if (this.#rateBitPerSec !== spec.rateBitPerSec) requests.push(this.#rateRequest());
    if (this.#limitPackets !== spec.queueLimitPackets) {
      const place = queuePlace(this.#device, this.#abilities);
      requests.push(changeQdisc(place, packetFifo(this.#limitPackets)));
    }
    for (const stage of this.#stages()) push(requests, stage.renew(stage === this.#whole));
    return requests;
  }

  /** What the kernel says that this direction does: rules, netem stages, carrier. 'as built' for nothing. */
  readBack(socket: NetlinkSocket, rules: RoomRules, wires: RoomWires): string {
    const wire = wires.get(this.link);
    const enters = entering(wire, this.direction);
    const stages = [...this.#stages()].filter((stage) => stage.isMade);
    const netems = socket.get(
      stages.map((stage) => getQdisc(stage.place)),
      (message) => describeNetem(decodeQdisc(message).options),
    );
    const parts = [
      ...(enters.carrierLost ? [`${enters.device} down`] : []),
      ...rules.readBack(enters.device),
      ...netems.filter((text) => text !== '').map((text) => `netem ${text}`),
      ...(this.#rateBitPerSec === wire.spec.rateBitPerSec
        ? []
        : [`rate ${String(this.#rateBitPerSec)}bit`]),
    ];
    return parts.length === 0 ? 'as built' : parts.join('; ');
  }
}

/** Drops so far; `bands` by the mark that steers to them. */
export interface StageDrops {
  readonly whole: number;
  readonly bands: ReadonlyMap<number, number>;
}

/** The other way round than bandOfMark. */
function markOfBand(band: number): number {
  return band - bandOfMark(0);
}

function push(requests: NetlinkRequest[], request: NetlinkRequest | undefined): void {
  if (request !== undefined) requests.push(request);
}
