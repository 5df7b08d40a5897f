import { z } from 'zod';
import { endpointName, type Topology, type TopologyLink } from '../lab/topology.ts';
import { findLink } from './lab-view.ts';
import { EVENT_RESOLUTION_NS } from './lateness.ts';
import type { ObserverKind } from './observer.ts';
import { instance } from './signal-path.ts';

export interface LinkParams {
  /** link id, endpoint or `a~b`; all links when it is missing */
  readonly link?: string | undefined;
}

/** Links as the nodes at their ends see them: administrative state and carrier, from netlink events in the nodes. */
export const link: ObserverKind<LinkParams> = {
  name: 'link',
  about: 'carrier and administrative state of links, as the nodes see them',
  schema: z.strictObject({ link: z.string().optional() }),
  example: 'dci: { link: { link: dci } }',
  signals(id, params, topology) {
    const flag = { valueType: 'boolean', unit: '', resolutionNs: EVENT_RESOLUTION_NS } as const;
    const links = watchedLinks(params, topology);
    return [
      { ...flag, path: `${id}.up`, about: 'every link watched is up at both ends, with carrier' },
      ...links.map((l) => ({ ...flag, path: instance(`${id}.up`, l.id), about: `${l.id} is up` })),
      ...links
        .flatMap((l) => [endpointName(l.a), endpointName(l.b)])
        .map((end) => ({
          ...flag,
          path: instance(`${id}.carrier`, end),
          about: `${end} is up and sees carrier`,
        })),
    ];
  },
  refuse(params, topology) {
    if (topology.links.length === 0) return 'there is no link in the lab';
    if (params.link === undefined) return undefined;
    const found = findLink(params.link, topology);
    return 'problem' in found ? found.problem : undefined;
  },
};

export function watchedLinks(params: LinkParams, topology: Topology): readonly TopologyLink[] {
  if (params.link === undefined) return topology.links;
  const found = findLink(params.link, topology);
  return 'link' in found ? [found.link] : [];
}
