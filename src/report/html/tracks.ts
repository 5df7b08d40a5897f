import { endpointName, type Topology } from '../../lab/topology.ts';
import type { Plan } from '../../plan/plan.ts';
import type { FrameStory } from '../frames.ts';
import type { PageTrack } from './page-data.ts';

/** more than this, and only a part of the frames that passed are drawn; what was lost always is */
const MOST_TICKS = 3000;

/** Control frames on the links that faults act on, by protocol and direction: which came through, and which did not. */
export function tracksOf(frames: readonly FrameStory[], plan: Plan, fromNs: number): PageTrack[] {
  const faulted = new Set(
    plan.steps.flatMap((step) =>
      step.faults.flatMap((fault) => fault.target.directions.map(({ link }) => link)),
    ),
  );
  const tracks = new Map<string, FrameStory[]>();
  for (const story of frames) {
    if (story.t < fromNs || !faulted.has(story.link)) continue;
    const key = `${story.protocol} ${story.link} ${story.direction}`;
    const known = tracks.get(key);
    if (known === undefined) tracks.set(key, [story]);
    else known.push(story);
  }
  return [...tracks.values()]
    .flatMap((stories) => trackOf(stories, plan.topology))
    .sort(
      (a, b) => Number(isChatter(a)) - Number(isChatter(b)) || b.lostMs.length - a.lostMs.length,
    );
}

/** ARP asks again and again; the protocols that decide something come first. */
function isChatter({ name }: PageTrack): boolean {
  return name.startsWith('arp');
}

function trackOf(stories: readonly FrameStory[], topology: Topology): PageTrack[] {
  const [first] = stories;
  if (first === undefined) return [];
  const { protocol, link, direction } = first;
  const ends = topology.links.find(({ id }) => id === link);
  const [from, to] = direction === 'a>b' ? [ends?.a, ends?.b] : [ends?.b, ends?.a];
  const timesMs = (wanted: (story: FrameStory) => boolean): number[] =>
    stories.filter(wanted).map(({ t }) => Math.round(t / 1e3) / 1e3);
  const lostMs = timesMs(({ leftNs }) => leftNs === 'never');
  const passed = timesMs(({ leftNs }) => leftNs !== 'never');
  const every = Math.max(1, Math.ceil(passed.length / MOST_TICKS));
  return [
    {
      name: `${protocol}, ${from?.node ?? link} to ${to?.node ?? link}`,
      about: [from, to].map((end) => (end === undefined ? link : endpointName(end))).join(' -> '),
      passedMs: passed.filter((_, i) => i % every === 0),
      lostMs,
      summary: `${String(stories.length)} frames, ${String(lostMs.length)} lost`,
    },
  ];
}
