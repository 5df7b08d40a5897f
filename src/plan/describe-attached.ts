import type { AttachedLab, Topology } from '../lab/topology.ts';

/** What acting in the nodes of a lab that runs already cannot give, whatever the lab. */
const LIMITS: readonly string[] = [
  "faults of links act where frames leave a node: its own tools see our rules (table chaos) and, while a fault needs one, our queue in front of the interface's",
  'frames that wait in that queue hold their sender back; with TCP offload on, up to 64 kB that a node sends at once count as one frame',
  'each node changes by itself: a fault of many links is not one transaction; delay, jitter and rate are read back, not measured from frames',
];

/** What a person should know before faults are put into a lab that goes on afterwards; nothing of one of our own. */
export function attachedLines({ attached }: Pick<Topology, 'attached'>): readonly string[] {
  if (attached === undefined) return [];
  return [
    `lab ${attached.lab} runs already: nothing is deployed or destroyed, and what faults do is undone`,
    ...LIMITS,
    ...limitLines(attached),
  ];
}

/** Of this lab; ends with the same reason in one line. */
function limitLines({ limits }: AttachedLab): readonly string[] {
  const ends = new Map<string, string[]>();
  for (const { end, bars, why } of limits) {
    const what =
      bars === 'all' ? `no fault there: ${why}` : `no delay, jitter or rate there: ${why}`;
    ends.set(what, [...(ends.get(what) ?? []), end]);
  }
  return [...ends].map(([what, names]) => `${names.join(', ')}: ${what}`);
}
