import type { Plan, WindowEdge } from './plan.ts';

/**
 * Since ready: when the last window and the last deadline of a check or a measure is over, as far as `edgeNs` knows
 * where the edges are. A run that has recovered earlier is watched until then, so that its checks can be judged.
 */
export function lastWatchedNs(
  { measures, checks }: Pick<Plan, 'measures' | 'checks'>,
  edgeNs: (edge: WindowEdge) => number | undefined,
): number {
  const ends = [
    ...measures.map(({ window }) => edgeNs(window.to)),
    ...checks.map((check) => {
      switch (check.form) {
        case 'always':
        case 'never':
          return edgeNs(check.during.to);
        case 'eventually': {
          const fromNs = edgeNs(check.of);
          return fromNs === undefined ? undefined : fromNs + check.withinNs + check.holdNs;
        }
        case 'that':
          return edgeNs(check.at);
        default:
          return check satisfies never;
      }
    }),
  ];
  return Math.max(0, ...ends.map((ns) => ns ?? 0));
}
