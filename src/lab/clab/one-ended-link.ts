import { isMap } from '../../scenario/is-map.ts';
import type { YamlPath } from '../../scenario/yaml.ts';
import type { NotHonoured, TopologyEndpoint } from '../topology.ts';
import type { LabFile } from './lab-file.ts';
import type { EndReader } from './link-end.ts';
import type { ChaosVars } from './link-vars.ts';
import type { LinkType } from './shape.ts';

/** An interface of a node that no wire leads away from. */
export interface LooseEnd {
  readonly end: TopologyEndpoint;
  /** bytes */
  readonly mtu: number;
}

/** What a link of one end says of itself. */
export type OneEndedLink = Pick<ChaosVars, 'name' | 'rateBitPerSec' | 'queueLimitPackets'> & {
  readonly mtu: number;
};

/** Ends at one and the same thing out of the lab, that reach each other through it. */
export interface Lan {
  /** of the switch that stands in for it: 'macvlan-eth0', 'mgmt-lan' */
  readonly name: string;
  readonly ends: readonly (OneEndedLink & {
    readonly end: TopologyEndpoint;
    readonly path: YamlPath;
  })[];
}

type OneEndedType = Exclude<LinkType, 'brief' | 'veth' | 'veth-stitch'>;

const OUT_OF_THE_LAB: Readonly<Record<string, OneEndedType>> = {
  host: 'host',
  'mgmt-net': 'mgmt-net',
  macvlan: 'macvlan',
};

type End = Lan['ends'][number] & {
  readonly type: OneEndedType;
  /** undefined: nobody of the lab can be met there */
  readonly lan: string | undefined;
};

const MODES = ['private', 'vepa', 'bridge', 'passthru', 'source'];

/**
 * Links of one end in the lab. A `dummy` is one by design. What leads out of the lab (`host`, `mgmt-net`, `macvlan`,
 * `vxlan`) can't be honoured without a way around every fault: the node gets the interface, so that what it configures
 * works, and nobody answers there but other nodes of the lab. Those are reached by `mgmt-net` and by `macvlan` of mode bridge
 * with the same parent: a switch stands in, and faults act on the wires to it.
 */
export class OneEndedLinks {
  readonly #file: LabFile;
  readonly #ends: EndReader;
  readonly #found: End[] = [];

  constructor(file: LabFile, ends: EndReader) {
    this.#file = file;
    this.#ends = ends;
  }

  /** A link of an explicit type. */
  read(path: YamlPath, type: OneEndedType, link: OneEndedLink): void {
    const at = [...path, 'endpoint'];
    if (!isMap(this.#file.valueAt(at))) {
      this.#file.complain(path, {
        message: `a link of type '${type}' has one 'endpoint' in the lab`,
        expected: 'endpoint: {node: a, interface: eth1}',
      });
      return;
    }
    this.#checkOutside(path, type);
    const end = this.#ends.extended(at);
    if (end !== undefined)
      this.#found.push({ ...link, path, type, end, lan: this.#lanOf(path, type) });
  }

  /** `host:veth1`, `mgmt-net:veth1`, `macvlan:eth0` as an end of a link without a type: true where there is one. */
  readBrief(path: YamlPath, link: OneEndedLink): boolean {
    for (const index of [0, 1]) {
      const at = [...path, 'endpoints', index];
      const [pseudo = '', ...outside] = (this.#file.textAt(at) ?? '').split(':');
      const type = OUT_OF_THE_LAB[pseudo.trim().toLowerCase()];
      if (type === undefined) continue;
      if (outside.join(':') === '') {
        this.#file.complain(at, {
          message: `'${pseudo}' needs the name of an interface`,
          expected: `'${pseudo}:interface'`,
        });
        return true;
      }
      const end = this.#ends.brief([...path, 'endpoints', 1 - index]);
      const lan = lanName(type, outside.join(':'), '');
      if (end !== undefined) this.#found.push({ ...link, path: at, type, end, lan });
      return true;
    }
    return false;
  }

  /** The lans that nodes of this lab share. */
  get lans(): readonly Lan[] {
    const names = new Set(this.#found.flatMap(({ lan }) => lan ?? []));
    return [...names]
      .map((name) => ({ name, ends: this.#found.filter(({ lan }) => lan === name) }))
      .filter(({ ends }) => ends.length > 1);
  }

  get looseEnds(): readonly LooseEnd[] {
    const shared = new Set(this.lans.map(({ name }) => name));
    return this.#found.filter(({ lan }) => lan === undefined || !shared.has(lan));
  }

  get notHonoured(): readonly NotHonoured[] {
    const shared = new Set(this.lans.map(({ name }) => name));
    return this.#found
      .filter(({ type }) => type !== 'dummy')
      .map(({ end, type, lan, path }) => ({
        node: end.node,
        key: 'links',
        message:
          lan !== undefined && shared.has(lan)
            ? `'${end.interface}' leads out of the lab (${type}): the nodes there reach each other over the switch '${lan}', nobody else answers`
            : `'${end.interface}' leads out of the lab (${type}): the interface is there, nobody answers; for a neighbour, add a node`,
        position: this.#file.positionOf(path),
      }));
  }

  #lanOf(path: YamlPath, type: OneEndedType): string | undefined {
    const text = (key: string): string => this.#file.textAt([...path, key]) ?? '';
    return lanName(type, text('host-interface'), text('mode'));
  }

  #checkOutside(path: YamlPath, type: OneEndedType): void {
    const text = (key: string): string => this.#file.textAt([...path, key]) ?? '';
    const refuse = (key: string, message: string, expected: string): void => {
      const at = this.#file.valueAt([...path, key]) === undefined ? path : [...path, key];
      this.#file.complain(at, { message, expected });
    };
    if (['host', 'mgmt-net', 'macvlan'].includes(type) && text('host-interface') === '') {
      refuse('host-interface', `a link of type '${type}' has a 'host-interface'`, 'its name');
    }
    if (type === 'macvlan' && text('mode') !== '' && !MODES.includes(text('mode'))) {
      refuse('mode', `'${text('mode')}' is no mode of macvlan`, MODES.join(', '));
    }
    if (type !== 'vxlan' && type !== 'vxlan-stitch') return;
    if (text('remote') === '')
      refuse('remote', `a link of type '${type}' has a 'remote'`, 'an address');
    const vni = this.#file.valueAt([...path, 'vni']);
    if (typeof vni !== 'number' || vni < 1 || vni >= 2 ** 24) {
      refuse('vni', `a link of type '${type}' has a 'vni'`, 'a whole number, 1 to 16777215');
    }
  }
}

/** Interfaces of mode bridge with one parent reach each other (ip-link(8)), as do those at containerlab's own bridge. */
function lanName(type: OneEndedType, outside: string, mode: string): string | undefined {
  if (type === 'mgmt-net') return 'mgmt-lan';
  const isShared = type === 'macvlan' && (mode === '' || mode === 'bridge');
  return isShared ? `macvlan-${outside.replaceAll(/[^\w.-]/g, '-')}` : undefined;
}

/** The commands that make an interface without a wire: a dummy device, up, as containerlab makes it. */
export function looseEndCommands({ end, mtu }: LooseEnd): readonly (readonly string[])[] {
  return [
    ['ip', 'link', 'add', end.interface, 'address', end.mac, 'mtu', String(mtu), 'type', 'dummy'],
    ['ip', 'link', 'set', end.interface, 'up'],
  ];
}
