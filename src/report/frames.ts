import { wayText } from '../check/dose.ts';
import { durationText } from '../check/words.ts';
import type { Topology } from '../lab/topology.ts';
import type { FrameSeen, RunEvent } from '../run/events.ts';

/** A control frame on one wire: when it entered, and when it left; null: it did not. */
export interface FrameStory {
  readonly t: number;
  readonly protocol: string;
  readonly link: string;
  readonly direction: FrameSeen['direction'];
  readonly summary: string;
  readonly leftNs: number | 'never' | 'not-known';
}

/** Nothing on a wire is kept for longer: what entered this shortly before the end, or before the capture lost records, may have left. */
const LONGEST_NS = 10e9;

/**
 * Puts together what the capture saw of a frame at both ends of a wire. Frames that say the same cannot be told apart:
 * one that leaves is taken for the last one that entered.
 */
export function frameStories(events: readonly RunEvent[]): readonly FrameStory[] {
  const stories: Mutable[] = [];
  const under = new Map<string, Mutable[]>();
  const blind: Blind[] = [];
  let endNs = -Infinity;
  for (const event of events) {
    endNs = Math.max(endNs, event.t);
    if (event.type === 'gap' && event.source === 'capture') {
      blind.push({ fromNs: event.since - LONGEST_NS, toNs: event.t });
    }
    if (event.type === 'frames-left-out') {
      const at = `${event.link} ${event.direction}`;
      blind.push({ at, fromNs: event.since - LONGEST_NS, toNs: event.t });
    }
    if (event.type !== 'frame') continue;
    const { t, protocol, link, direction, summary } = event;
    const key = `${link} ${direction} ${summary}`;
    const waiting = under.get(key) ?? [];
    under.set(key, waiting);
    const entered = event.stage === 'out' ? waiting.pop() : undefined;
    if (entered !== undefined && t - entered.t <= LONGEST_NS) {
      entered.leftNs = t;
      continue;
    }
    const leftNs = event.stage === 'out' ? t : null;
    const story = { t, protocol, link, direction, summary, leftNs };
    stories.push(story);
    if (event.stage === 'in') waiting.push(story);
  }
  blind.push({ fromNs: endNs - LONGEST_NS, toNs: Infinity });
  const isBlind = ({ t, link, direction }: Mutable): boolean =>
    blind.some(
      ({ at, fromNs, toNs }) =>
        t > fromNs && t <= toNs && (at === undefined || at === `${link} ${direction}`),
    );
  return stories.map((story) => ({
    ...story,
    leftNs: story.leftNs ?? (isBlind(story) ? 'not-known' : 'never'),
  }));
}

/** When it is not known what has left: everywhere, or on one direction of a wire. */
interface Blind {
  readonly at?: string;
  readonly fromNs: number;
  readonly toNs: number;
}

interface Mutable {
  readonly t: number;
  readonly protocol: string;
  readonly link: string;
  readonly direction: FrameSeen['direction'];
  readonly summary: string;
  leftNs: number | null;
}

/** 'lost' or 'passed', with how long it took where that is more than a cable takes; '' where it is not known */
export function frameFate({ t, leftNs }: FrameStory): string {
  if (leftNs === 'never') return 'lost';
  if (leftNs === 'not-known') return '';
  const tookNs = leftNs - t;
  return tookNs < 1e6 ? 'passed' : `passed after ${durationText(tookNs)}`;
}

/** 'sw-a:eth3 -> sw-b:eth3  VRRPv2 vrid 51 prio 150 from 10.0.0.2' */
export function frameText({ link, direction, summary }: FrameStory, topology: Topology): string {
  return `${wayText(link, direction, topology)}  ${summary}`;
}
