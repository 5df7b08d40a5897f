import type { DirectionState, ImpairRule, NetemStage } from './direction-state.ts';
import { NEUTRAL_STAGE } from './direction-state.ts';
import { frameClassKey } from './frame-class-key.ts';
import { inARow, stageDelay, varianceOf, type StageDelay } from './stage-delay.ts';
import { BAND_MASK, bandOfMark, bandStages, type SteeredState } from './steering.ts';

/** What frames with one mark (steering.ts) meet on a direction. */
export interface Passage {
  readonly delay: StageDelay;
  /** netem's own rate for them; 0: none */
  readonly rateBitPerSec: number;
  /** where frames overtake each other or go in slots, the delay of one says nothing */
  readonly isReadable: boolean;
}

/** What one fault asks of the frames that it means. */
export interface AskedPart {
  readonly fault: string;
  /** the bit of its class in the mark; null: every frame */
  readonly bit: number | null;
  readonly delayNs: number;
  readonly jitterNs: number;
  /** of its own jitter */
  readonly varianceNs2: number;
  /** 0: none, or another fault asks for less */
  readonly rateBitPerSec: number;
}

/** What is expected of frames that enter a direction, as long as its impairments stay as they are. */
export interface ExpectedPassage {
  /** equal expectations have equal keys */
  readonly key: string;
  readonly whole: StageDelay;
  /** what makes it so */
  readonly wholeStage: NetemStage;
  readonly byMark: ReadonlyMap<number, Passage>;
  readonly parts: readonly AskedPart[];
  readonly link: LinkRate;
}

/** The token bucket at the end of a direction. */
export interface LinkRate {
  readonly rateBitPerSec: number;
  readonly burstBytes: number;
}

const known = new WeakMap<readonly ImpairRule[], ExpectedPassage | null>();

/** undefined: nothing is asked of the direction that can be read from the times of frames */
export function expectedPassage(state: SteeredState, link: LinkRate): ExpectedPassage | undefined {
  // equal wants have the same rules (compose): a burst that comes and goes costs a look
  const before = known.get(state.impairs);
  if (before === null) return undefined;
  if (before?.key === keyOf(state, link)) return before;
  const found = workOut(state, link);
  known.set(state.impairs, found ?? null);
  return found;
}

function keyOf({ whole, steered, impairs }: SteeredState, link: LinkRate): string {
  return JSON.stringify([whole, steered.map(({ key, bit }) => [key, bit]), impairs, link]);
}

function workOut(state: SteeredState, link: LinkRate): ExpectedPassage | undefined {
  const parts = state.impairs.map((rule) => askedPart(rule, state));
  const isAsked = ({ delayNs, rateBitPerSec }: AskedPart): boolean =>
    delayNs > 0 || rateBitPerSec > 0;
  if (!parts.some(isAsked)) return undefined;
  const whole = stageDelay(state.whole);
  const byMark = new Map<number, Passage>([[0, passageOf(state.whole, NEUTRAL_STAGE)]]);
  const bands = bandStages(state.steered);
  for (let mark = 1; mark <= BAND_MASK; mark++) {
    const band = bands.get(bandOfMark(mark));
    if (band !== undefined) byMark.set(mark, passageOf(state.whole, band));
  }
  const asked = parts.filter(isAsked);
  return { key: keyOf(state, link), whole, wholeStage: state.whole, byMark, parts: asked, link };
}

function passageOf(whole: NetemStage, band: NetemStage): Passage {
  const stages = [whole, band];
  return {
    delay: inARow(stageDelay(whole), stageDelay(band)),
    rateBitPerSec: band.rateBitPerSec,
    isReadable: stages.every(({ reorderRatio, slotMaxNs }) => reorderRatio === 0 && slotMaxNs === 0),
  };
} // prettier-ignore

function askedPart({ fault, match, impairment }: ImpairRule, state: SteeredState): AskedPart {
  const { delayNs = 0, jitterNs = 0, distribution = 'uniform', rateBitPerSec = 0 } = impairment;
  const key = frameClassKey(match);
  const bit = state.steered.find((each) => each.key === key)?.bit ?? null;
  const least = key === '' ? state.rateBitPerSec : leastRate(state, key);
  return {
    ...{ fault, bit, delayNs, jitterNs },
    varianceNs2: jitterNs > 0 ? varianceOf({ jitterNs, distribution }) : 0,
    rateBitPerSec: rateBitPerSec === least ? rateBitPerSec : 0,
  };
}

/** Of what is asked for a class, netem does the least. */
function leastRate({ impairs }: DirectionState, classKey: string): number {
  const own = impairs.filter(({ match }) => frameClassKey(match) === classKey);
  return Math.min(...own.flatMap(({ impairment }) => impairment.rateBitPerSec ?? []));
}

/** The frames with this mark are among those that the fault means. */
export function concerns({ bit }: AskedPart, mark: number): boolean {
  return bit === null || (mark & (1 << bit)) !== 0;
}
