import { z } from 'zod';
import { duration } from '../scenario/units.ts';
import type { Topology } from '../lab/topology.ts';
import { findLink } from './lab-view.ts';
import type { ObserverKind, SignalSpec } from './observer.ts';
import { instance } from './signal-path.ts';

export interface TrafficParams {
  /** link ids, endpoints or `a~b`; all links when it is missing */
  readonly links?: readonly string[] | undefined;
  /** ns */
  readonly every: number;
}

/** What passes on the wires, from the counters of the wire room: exact, however many frames there are. */
export const traffic: ObserverKind<TrafficParams> = {
  name: 'traffic',
  about: 'frames a second on every wire, what storms multiply to, what queues have no room for',
  schema: z.strictObject({
    links: z.array(z.string()).min(1).optional().describe('which of them (default: all)'),
    every: duration({ min: 10e6 })
      .default(1e9)
      .describe('how often the counters are read (default 1s): rates are means over it'),
  }),
  example: 'flood: { traffic: { every: 1s } }',
  signals(id, params, topology) {
    const { every } = params;
    const perSecond = { valueType: 'rate', unit: '/s', resolutionNs: every } as const;
    const times = { valueType: 'count', unit: 'times', resolutionNs: every } as const;
    const of = (path: string, link: string): string => instance(`${id}.${path}`, link);
    return [
      { ...perSecond, path: `${id}.rate`, about: 'frames that enter the wires' },
      { ...perSecond, path: `${id}.storm-rate`, about: 'frames of storms that enter the wires' },
      {
        ...perSecond,
        path: `${id}.overflow`,
        about: 'frames that queues of wires had no room for',
      },
      {
        ...times,
        path: `${id}.amplification`,
        about:
          'how often storm frames passed the worst segment, for each that the storm has sent so far',
      },
      ...trafficLinks(params, topology).flatMap((link): SignalSpec[] => [
        { ...perSecond, path: of('rate', link), about: `frames that enter ${link}, both ways` },
        {
          ...perSecond,
          path: of('storm-rate', link),
          about: `frames of storms that enter ${link}`,
        },
        { ...perSecond, path: of('overflow', link), about: `frames that ${link} had no room for` },
        { ...times, path: of('amplification', link), about: `the same, on ${link}` },
      ]),
    ];
  },
  refuse({ links = [] }, topology) {
    for (const text of links) {
      const found = findLink(text, topology);
      if ('problem' in found) return found.problem;
    }
    return undefined;
  },
};

/** The ids of the links that are watched. */
export function trafficLinks({ links }: TrafficParams, topology: Topology): readonly string[] {
  if (links === undefined) return topology.links.map(({ id }) => id);
  return links.flatMap((text) => {
    const found = findLink(text, topology);
    return 'link' in found ? [found.link.id] : [];
  });
}
