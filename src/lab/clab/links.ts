import { nearName } from '../../scenario/near-name.ts';
import type { YamlPath } from '../../scenario/yaml.ts';
import type { NotHonoured, TopologyEndpoint, TopologyLink } from '../topology.ts';
import { checkKeys, checkShape } from './definition.ts';
import { isMap } from './lab-file.ts';
import type { LabFile } from './lab-file.ts';
import { readChaosVars } from './link-vars.ts';
import { EndReader } from './link-end.ts';
import type { LinkNodes } from './link-end.ts';

/** containerlab's default for links between nodes */
const DEFAULT_MTU = 9500;

export interface ReadLinks {
  /** with `name` where `vars.chaos` gives one; ids are given when all links are known */
  readonly links: readonly (Omit<TopologyLink, 'id'> & {
    readonly name: string | undefined;
    readonly path: YamlPath;
  })[];
  readonly notHonoured: readonly NotHonoured[];
}

const PSEUDO_NODES = ['host', 'mgmt-net', 'macvlan'];
/** What each type needs beside `endpoints`, and whether we make it. A stitched veth is what every link is here. */
const TYPES: Readonly<Record<string, 'veth' | 'left out'>> = {
  veth: 'veth',
  'veth-stitch': 'veth',
  'mgmt-net': 'left out',
  host: 'left out',
  macvlan: 'left out',
  vxlan: 'left out',
  'vxlan-stitch': 'left out',
  dummy: 'left out',
};
const LINK_KEYS = ['type', 'endpoints', 'mtu', 'vars', 'labels', 'ipv4', 'ipv6'];
const ONE_ENDED_KEYS = [
  'endpoint',
  'host-interface',
  'mode',
  'remote',
  'vni',
  'dst-port',
  'udp-port',
  'src-port',
];

export function readLinks(file: LabFile, nodes: LinkNodes): ReadLinks {
  const reader = new LinkReader(file, nodes);
  const links = file.valueAt(['topology', 'links']);
  if (links === undefined || links === null) return { links: [], notHonoured: [] };
  if (!Array.isArray(links)) {
    file.complain(['topology', 'links'], {
      message: "'links' must be a list",
      expected: "- endpoints: ['a:eth1', 'b:eth1']",
    });
    return { links: [], notHonoured: [] };
  }
  return {
    links: links.flatMap((_, index) => reader.read(['topology', 'links', index]) ?? []),
    notHonoured: reader.notHonoured,
  };
}

class LinkReader {
  readonly notHonoured: NotHonoured[] = [];
  readonly #file: LabFile;
  readonly #ends: EndReader;

  constructor(file: LabFile, nodes: LinkNodes) {
    this.#file = file;
    this.#ends = new EndReader(file, nodes);
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
    const type = this.#file.textAt([...path, 'type']);
    if (type !== undefined && TYPES[type] === undefined) {
      const near = nearName(type, Object.keys(TYPES));
      this.#file.complain([...path, 'type'], {
        message: `unknown link type '${type}'`,
        expected: Object.keys(TYPES).join(', '),
        ...(near !== undefined && { near }),
      });
      return undefined;
    }
    const oneEnded = type !== undefined && TYPES[type] === 'left out';
    checkKeys(this.#file, path, oneEnded ? [...LINK_KEYS, ...ONE_ENDED_KEYS] : LINK_KEYS, 'a link');
    if (oneEnded)
      return this.#leaveOut(path, `a link of type '${type}' leads out of the lab; it is left out`);
    const ends = this.#endpoints(path, type === undefined);
    const mtu = this.#mtu(path);
    const vars = readChaosVars(this.#file, [...path, 'vars']);
    if (ends === undefined) return undefined;
    const [a, b] = ends;
    return {
      name: vars.name,
      path,
      a,
      b,
      mtu: vars.mtu ?? mtu ?? DEFAULT_MTU,
      rateBitPerSec: vars.rateBitPerSec,
      queueLimitPackets: vars.queueLimitPackets,
      position: this.#file.positionOf(path),
    };
  }

  #leaveOut(path: YamlPath, message: string): undefined {
    const node = this.#file.textAt([...path, 'endpoint', 'node']);
    const position = this.#file.positionOf(path);
    this.notHonoured.push({ ...(node !== undefined && { node }), key: 'links', message, position });
    return undefined;
  }

  #endpoints(
    path: YamlPath,
    brief: boolean,
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
    if (brief && this.#leadsOut(path)) return undefined;
    const [a, b] = [0, 1].map((i) =>
      brief ? this.#ends.brief([...at, i]) : this.#ends.extended([...at, i]),
    );
    return a === undefined || b === undefined ? undefined : [a, b];
  }

  /** `host:veth1`, `mgmt-net:veth1`, `macvlan:eth0` as the other end. */
  #leadsOut(path: YamlPath): boolean {
    for (const index of [0, 1]) {
      const text = this.#file.textAt([...path, 'endpoints', index]) ?? '';
      const pseudo = text.split(':')[0]?.toLowerCase() ?? '';
      if (!PSEUDO_NODES.includes(pseudo)) continue;
      const other = (this.#file.textAt([...path, 'endpoints', 1 - index]) ?? '').split(':')[0];
      const position = this.#file.positionOf([...path, 'endpoints', index]);
      const message = `the link to '${text}' leads out of the lab; it is left out`;
      this.notHonoured.push({ ...(other && { node: other }), key: 'links', message, position });
      return true;
    }
    return false;
  }

  #mtu(path: YamlPath): number | undefined {
    for (const key of ['labels', 'vars'] as const) {
      const shape = key === 'labels' ? 'text-map' : 'any';
      if (this.#file.valueAt([...path, key]) !== undefined)
        checkShape(this.#file, [...path, key], shape, `'${key}' of a link`);
    }
    const mtu = this.#file.valueAt([...path, 'mtu']);
    if (mtu === undefined || mtu === null || mtu === 0) return undefined;
    if (typeof mtu === 'number' && Number.isInteger(mtu) && mtu >= 68 && mtu <= 65535) return mtu;
    this.#file.complain([...path, 'mtu'], {
      message: 'this is not an MTU',
      expected: 'bytes, 68 to 65535',
    });
    return undefined;
  }
}
