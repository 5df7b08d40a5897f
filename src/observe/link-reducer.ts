import { endpointName, type Topology, type TopologyLink } from '../lab/topology.ts';
import { watchedLinks, type LinkParams } from './link.ts';
import { inOrder, type LinkSeen, type SetSignal } from './seen.ts';
import { instance } from './signal-path.ts';

/** Link reports in, `<id>.carrier[..]`, `<id>.up[..]` and `<id>.up` out. What was never reported stays unknown. */
export class LinkReducer {
  readonly #id: string;
  readonly #set: SetSignal;
  readonly #links: readonly TopologyLink[];
  readonly #linkOf = new Map<string, TopologyLink>();
  readonly #carrier = new Map<string, boolean>();

  constructor(id: string, params: LinkParams, topology: Topology, set: SetSignal) {
    this.#id = id;
    this.#set = inOrder(set);
    this.#links = watchedLinks(params, topology);
    for (const link of this.#links) {
      for (const end of [link.a, link.b]) this.#linkOf.set(endpointName(end), link);
    }
  }

  onLink(seen: LinkSeen): void {
    const end = `${seen.node}:${seen.interface}`;
    const link = this.#linkOf.get(end);
    if (link === undefined) return;
    const carrier = !seen.gone && seen.adminUp && seen.carrier;
    if (this.#carrier.get(end) === carrier) return;
    this.#carrier.set(end, carrier);
    this.#set(instance(`${this.#id}.carrier`, end), carrier, seen.tNs);
    this.#setUp(instance(`${this.#id}.up`, link.id), [link], seen.tNs);
    this.#setUp(`${this.#id}.up`, this.#links, seen.tNs);
  }

  #setUp(path: string, links: readonly TopologyLink[], tNs: number): void {
    const ends = links.flatMap((link) => [link.a, link.b]).map(endpointName);
    const known = ends.map((end) => this.#carrier.get(end));
    // one end that is down decides, whatever the others are
    if (known.includes(false)) this.#set(path, false, tNs);
    else if (!known.includes(undefined)) this.#set(path, true, tNs);
  }
}
