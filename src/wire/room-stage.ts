import { isDeepStrictEqual } from 'node:util';
import type { NetlinkRequest } from '../host/netlink.ts';
import { addQdisc, changeQdisc, type QdiscPlace } from '../host/qdisc.ts';
import { NEUTRAL_STAGE, type NetemStage } from './direction-state.ts';
import { netemOptions } from './netem-options.ts';

/**
 * One netem of the room. It is only ever changed, never replaced: what waits in it would be lost. And it goes back to
 * doing nothing in two steps: first without delay but keeping order (frames that wait have their times already, later
 * ones must not overtake them), then, when nothing waits, bare, where it needs no timer.
 */
export class RoomStage {
  readonly #placeNow: () => QdiscPlace;
  #wanted: NetemStage = NEUTRAL_STAGE;
  #keepsOrder = false;
  #options: Buffer;
  #made: boolean;

  /** `placeNow`: a device that somebody makes anew has another index; `made`: it is part of the planted tree */
  constructor(placeNow: () => QdiscPlace, made: boolean) {
    this.#placeNow = placeNow;
    this.#made = made;
    this.#options = netemOptions(NEUTRAL_STAGE);
  }

  get place(): QdiscPlace {
    return this.#placeNow();
  }

  /** The request that brings it to `stage`, or undefined when it is there. */
  change(stage: NetemStage): NetlinkRequest | undefined {
    // bursts of loss make hundreds of edges at which the stage stays as it is
    if (this.#made && isDeepStrictEqual(stage, this.#wanted)) return undefined;
    const waits = this.#keepsOrder || holdsFrames(this.#wanted);
    this.#wanted = stage;
    this.#keepsOrder = waits && !holdsFrames(stage);
    return this.#request(netemOptions(stage, { keepOrder: this.#keepsOrder }));
  }

  /** Frames of an earlier delay may wait in it. */
  get draining(): boolean {
    return this.#keepsOrder;
  }

  /** The second step, once nothing waits. */
  relax(): NetlinkRequest | undefined {
    this.#keepsOrder = false;
    return this.#request(netemOptions(this.#wanted));
  }

  get isMade(): boolean {
    return this.#made;
  }

  /** The device is new: the tree was planted again. `made` as in the constructor. */
  renew(made: boolean): NetlinkRequest | undefined {
    this.#made = made;
    this.#keepsOrder = false;
    this.#options = netemOptions(NEUTRAL_STAGE);
    return this.#request(netemOptions(this.#wanted));
  }

  /** The same options again would start a loss model anew: none are sent that are in force. */
  #request(options: Buffer): NetlinkRequest | undefined {
    const qdisc = { kind: 'netem', options };
    if (!this.#made) {
      // nothing is steered to a band before its netem is there
      this.#made = true;
      this.#options = options;
      return addQdisc(this.place, qdisc);
    }
    if (options.equals(this.#options)) return undefined;
    this.#options = options;
    return changeQdisc(this.place, qdisc);
  }
}

function holdsFrames(stage: NetemStage): boolean {
  const { delayNs, jitters, rateBitPerSec, slotMaxNs } = stage;
  return delayNs > 0 || jitters.length > 0 || rateBitPerSec > 0 || slotMaxNs > 0;
}
