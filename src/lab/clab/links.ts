import { isMap } from '../../scenario/is-map.ts';
import { nearName } from '../../scenario/near-name.ts';
import type { YamlPath } from '../../scenario/yaml.ts';
import type { NotHonoured, TopologyEndpoint, TopologyLink } from '../topology.ts';
import type { LabFile } from './lab-file.ts';
import { readChaosVars } from './link-vars.ts';
import { EndReader } from './link-end.ts';
import type { LinkNodes } from './link-end.ts';
import { OneEndedLinks } from './one-ended-link.ts';
import type { Lan, LooseEnd, OneEndedLink } from './one-ended-link.ts';
import { linkTypeOf, linkTypes } from './shape.ts';
import { checkStrictly } from './strict.ts';

/** containerlab's default for links between nodes */
export const DEFAULT_MTU = 9500;

export interface ReadLinks {
  /** with `name` where `vars.chaos` gives one; ids are given when all links are known */
  readonly links: readonly (Omit<TopologyLink, 'id'> & {
    readonly name: string | undefined;
    readonly path: YamlPath;
  })[];
  /** interfaces that lead nowhere: dummies, and those whose other end is out of the lab */
  readonly looseEnds: readonly LooseEnd[];
  /** several ends at one thing out of the lab: a switch stands in for it */
  readonly lans: readonly Lan[];
  readonly notHonoured: readonly NotHonoured[];
}

const NOTHING: ReadLinks = { links: [], looseEnds: [], lans: [], notHonoured: [] };

export function readLinks(file: LabFile, nodes: LinkNodes): ReadLinks {
  const links = file.valueAt(['topology', 'links']);
  if (links === undefined || links === null) return NOTHING;
  if (!Array.isArray(links)) {
    file.complain(['topology', 'links'], {
      message: "'links' must be a list",
      expected: "- endpoints: ['a:eth1', 'b:eth1']",
    });
    return NOTHING;
  }
  const reader = new LinkReader(file, nodes);
  return {
    links: links.flatMap((_, index) => reader.read(['topology', 'links', index]) ?? []),
    looseEnds: reader.oneEnded.looseEnds,
    lans: reader.oneEnded.lans,
    notHonoured: reader.oneEnded.notHonoured,
  };
}

class LinkReader {
  readonly oneEnded: OneEndedLinks;
  readonly #file: LabFile;
  readonly #ends: EndReader;

  constructor(file: LabFile, nodes: LinkNodes) {
    this.#file = file;
    this.#ends = new EndReader(file, nodes);
    this.oneEnded = new OneEndedLinks(file, this.#ends);
  }

  read(path: YamlPath): ReadLinks['links'][number] | undefined {
    const value = this.#file.valueAt(path);
    if (!isMap(value)) {
      this.#file.complain(path, {
        message: 'a link must be a map',
        expected: "endpoints: ['a:eth1', 'b:eth1']",
      });
      return undefined;
    }
    const written = this.#file.textAt([...path, 'type']);
    const type = linkTypeOf(written);
    if (type === undefined) {
      const near = nearName(written ?? '', Object.keys(linkTypes));
      this.#file.complain([...path, 'type'], {
        message: `unknown link type '${written ?? ''}'`,
        expected: Object.keys(linkTypes).join(', '),
        ...(near !== undefined && { near }),
      });
      return undefined;
    }
    checkStrictly(this.#file, path, 'link', 'a link');
    const vars = readChaosVars(this.#file, [...path, 'vars']);
    const mtu = vars.mtu ?? this.#mtu(path) ?? DEFAULT_MTU;
    if (type !== 'brief' && type !== 'veth' && type !== 'veth-stitch') {
      this.oneEnded.read(path, type, { ...vars, mtu });
      return undefined;
    }
    if (type === 'brief') this.#checkAddresses(path);
    const ends = this.#endpoints(path, type === 'brief', { ...vars, mtu });
    if (ends === undefined) return undefined;
    const [a, b] = ends;
    return {
      name: vars.name,
      path,
      a,
      b,
      mtu,
      rateBitPerSec: vars.rateBitPerSec,
      queueLimitPackets: vars.queueLimitPackets,
      position: this.#file.positionOf(path),
    };
  }

  #endpoints(
    path: YamlPath,
    brief: boolean,
    link: OneEndedLink,
  ): readonly [TopologyEndpoint, TopologyEndpoint] | undefined {
    const at = [...path, 'endpoints'];
    const value = this.#file.valueAt(at);
    if (!Array.isArray(value) || value.length !== 2) {
      const found = Array.isArray(value)
        ? `${String(value.length)} endpoints`
        : 'no list of endpoints';
      const expected = brief
        ? "endpoints: ['a:eth1', 'b:eth1']"
        : 'two of {node: a, interface: eth1}';
      this.#file.complain(Array.isArray(value) ? at : path, {
        message: `a link has two ends; here are ${found}`,
        expected,
      });
      return undefined;
    }
    if (brief && this.oneEnded.readBrief(path, link)) return undefined;
    const [a, b] = [0, 1].map((i) =>
      brief ? this.#ends.brief([...at, i]) : this.#ends.extended([...at, i]),
    );
    return a === undefined || b === undefined ? undefined : [a, b];
  }

  /** `ipv4: [10.0.0.1/31, 10.0.0.2/31]`: data for the kinds that take it (not linux); wrong ones are refused by all. */
  #checkAddresses(path: YamlPath): void {
    for (const family of ['ipv4', 'ipv6'] as const) {
      const list = this.#file.valueAt([...path, family]);
      if (!Array.isArray(list)) continue;
      list.forEach((_, index) => {
        const text = (this.#file.textAt([...path, family, index]) ?? '').trim();
        if (index < 2 && (text === '' || isPrefix(text, family))) return;
        this.#file.complain([...path, family, index], {
          message: index < 2 ? `'${text}' is no address of an end` : 'a link has two ends',
          expected: family === 'ipv4' ? '10.0.0.1/31' : '2001:db8::1/64',
        });
      });
    }
  }

  #mtu(path: YamlPath): number | undefined {
    const mtu = this.#file.valueAt([...path, 'mtu']);
    if (mtu === undefined || mtu === null || mtu === 0) return undefined;
    if (typeof mtu !== 'number') return undefined;
    if (Number.isInteger(mtu) && mtu >= 68 && mtu <= 65535) return mtu;
    this.#file.complain([...path, 'mtu'], {
      message: 'this is not an MTU',
      expected: 'bytes, 68 to 65535',
    });
    return undefined;
  }
}

/** As far as a misspelt one is noticed: netip.ParsePrefix is stricter about IPv6. */
function isPrefix(text: string, family: 'ipv4' | 'ipv6'): boolean {
  const byte = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
  const pattern =
    family === 'ipv4'
      ? `${byte}(?:\\.${byte}){3}/(?:3[0-2]|[12]?\\d)`
      : '(?=.*:)[\\da-fA-F:.]+/(?:12[0-8]|1[01]\\d|\\d?\\d)';
  return new RegExp(`^${pattern}$`).test(text);
}
