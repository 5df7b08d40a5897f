import { isDeepStrictEqual } from 'node:util';
import type { NetlinkRequest } from '../host/netlink.ts';
import { describeNetem } from '../host/netem-read.ts';
import {
  changeQdisc,
  decodeQdisc,
  deleteQdisc,
  getQdisc,
  packetFifo,
  packetsIn,
  tokenBucket,
} from '../host/qdisc.ts';
import { setQueueLength } from '../host/rtnetlink-link.ts';
import { composeStage } from './compose.ts';
import { NEUTRAL_STAGE, type DirectionState } from './direction-state.ts';
import { netemOptions } from './netem-options.ts';
import type { SteeredState } from './nft-text.ts';
import type { RoomRules } from './room-rules.ts';
import { RoomStage } from './room-stage.ts';
import { readStageDrops, type StageDrops } from './room-stage-drops.ts';
import {
  bandPlace,
  bandsPlace,
  burstBytes,
  plantTree,
  queuePlace,
  ratePlace,
  wholePlace,
} from './room-tree.ts';
import type { Station } from './room-station.ts';
import { entering, isDirect, queueing, type Wire } from './room-wire.ts';
import type { RoomWires } from './room-wires.ts';
import { BAND_MASK, bandOfMark, bandStages } from './steering.ts';
import type { RoomAbilities } from './room.ts';
import type { Direction } from './want.ts';

/**
 * The queueing tree of one direction of one wire, on the device where its frames leave the room; of a direct wire on the
 * node's own interface, where it is planted when a fault needs it and taken away when none does.
 */
export class RoomDirection {
  readonly link: string;
  readonly direction: Direction;
  readonly #wire: Wire;
  readonly #abilities: RoomAbilities;
  #whole: RoomStage | undefined;
  readonly #bands = new Map<number, RoomStage>();
  #rateBitPerSec: number;
  #limitPackets: number;
  #isPlanted: boolean;
  /** some fault in force needs the tree */
  #isNeeded = false;

  constructor(wire: Wire, direction: Direction, abilities: RoomAbilities) {
    this.#wire = wire;
    this.link = wire.link;
    this.direction = direction;
    this.#abilities = abilities;
    this.#whole = this.#newWhole();
    this.#rateBitPerSec = wire.spec.rateBitPerSec;
    this.#limitPackets = wire.spec.queueLimitPackets;
    this.#isPlanted = !isDirect(wire);
  }

  #newWhole(): RoomStage | undefined {
    if (!this.#abilities.netem) return undefined;
    return new RoomStage(() => wholePlace(this.#device), true);
  }

  /** Make the tables of delay distributions that this state needs. */
  static warmUp(state: DirectionState): void {
    netemOptions(state.whole);
    for (const { impairments } of state.classes) netemOptions(composeStage(impairments));
  }

  get #device(): number {
    return queueing(this.#wire, this.direction).deviceIndex;
  }

  /** Where the tree stands. */
  get station(): Station {
    return queueing(this.#wire, this.direction).station;
  }

  /** The requests that bring the tree to `state`; none where it is there already. */
  changes(state: SteeredState): NetlinkRequest[] {
    this.#isNeeded = needsTree(state);
    if (!this.#isPlanted && !this.#isNeeded) return [];
    const requests = this.#isPlanted ? [] : this.#plant();
    requests.push(...this.#linkChanges(state));
    if (this.#whole !== undefined) push(requests, this.#whole.change(state.whole));
    const stages = bandStages(state.steered);
    // a stage that nobody wants any more stays where it is: nothing is steered there
    for (const [band, stage] of stages) push(requests, this.#band(band).change(stage));
    return requests;
  }

  #plant(): NetlinkRequest[] {
    this.#isPlanted = true;
    const { rateBitPerSec, queueLimitPackets } = this.#wire.spec;
    const { mtu } = queueing(this.#wire, this.direction).spec;
    const tree = { device: this.#device, rateBitPerSec, queueLimitPackets, mtu };
    return plantTree(tree, this.#abilities, netemOptions(NEUTRAL_STAGE));
  }

  /** The node's interface is as it was before; what waited in the tree has left. */
  #uproot(): NetlinkRequest[] {
    this.#isPlanted = false;
    this.#whole = this.#newWhole();
    this.#bands.clear();
    this.#rateBitPerSec = this.#wire.spec.rateBitPerSec;
    this.#limitPackets = this.#wire.spec.queueLimitPackets;
    const { device, queueLength } = queueing(this.#wire, this.direction);
    return [
      deleteQdisc(ratePlace(this.#device)),
      setQueueLength(this.#device, queueLength, device),
    ];
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
    const { mtu } = queueing(this.#wire, this.direction).spec;
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

  /** Frames of an earlier delay may still be in one of its stages; or the tree is no longer needed where it stands. */
  get draining(): boolean {
    return this.#isSpare || [...this.#stages()].some((stage) => stage.draining);
  }

  get #isSpare(): boolean {
    return isDirect(this.#wire) && this.#isPlanted && !this.#isNeeded;
  }

  *#stages(): Generator<RoomStage> {
    if (this.#whole !== undefined) yield this.#whole;
    yield* this.#bands.values();
  }

  /** Nothing waits in any band of the class with this bit. */
  drained(bit: number): boolean {
    const { socket } = this.station;
    for (let mark = 1; mark <= BAND_MASK; mark++) {
      const stage = (mark & (1 << bit)) === 0 ? undefined : this.#bands.get(bandOfMark(mark));
      if (stage !== undefined && (stage.draining || packetsIn(socket, stage.place) > 0))
        return false;
    }
    return true;
  }

  /** The requests that make stages bare in which nothing waits any more. */
  relax(): NetlinkRequest[] {
    const { socket } = this.station;
    const requests: NetlinkRequest[] = [];
    if (this.#isSpare && packetsIn(socket, ratePlace(this.#device)) === 0) return this.#uproot();
    for (const stage of this.#stages()) {
      if (stage.draining && packetsIn(socket, stage.place) === 0) push(requests, stage.relax());
    }
    return requests;
  }

  /** Frames that its netem stages have dropped themselves: a parent's counter includes its children's. */
  stageDrops(): StageDrops {
    if (this.#whole === undefined || !this.#isPlanted) return { whole: 0, bands: new Map() };
    const below = this.#abilities.bands
      ? bandsPlace(this.#device)
      : queuePlace(this.#device, this.#abilities);
    const made = [...this.#bands].filter(([, stage]) => stage.isMade);
    const bands = made.map(([band, { place }]) => [band, place] as const);
    return readStageDrops(this.station.socket, { whole: this.#whole.place, below, bands });
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
  readBack(rules: RoomRules, wires: RoomWires): string {
    const wire = wires.get(this.link);
    const enters = entering(wire, this.direction);
    const { socket } = this.station;
    const stages = this.#isPlanted ? [...this.#stages()].filter((stage) => stage.isMade) : [];
    const netems = socket.get(
      stages.map((stage) => getQdisc(stage.place)),
      (message) => describeNetem(decodeQdisc(message).options),
    );
    const parts = [
      ...(enters.carrierLost ? [`${enters.device} down`] : []),
      ...rules.readBack(this),
      ...netems.filter((text) => text !== '').map((text) => `netem ${text}`),
      ...(this.#rateBitPerSec === wire.spec.rateBitPerSec
        ? []
        : [`rate ${String(this.#rateBitPerSec)}bit`]),
    ];
    return parts.length === 0 ? 'as built' : parts.join('; ');
  }
}

function needsTree({ whole, steered, rateBitPerSec, limitPackets }: SteeredState): boolean {
  if (rateBitPerSec > 0 || limitPackets > 0 || steered.length > 0) return true;
  return !isDeepStrictEqual(whole, NEUTRAL_STAGE);
}

function push(requests: NetlinkRequest[], request: NetlinkRequest | undefined): void {
  if (request !== undefined) requests.push(request);
}
