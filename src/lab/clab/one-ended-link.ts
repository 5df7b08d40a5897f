import type { YamlPath } from '../../scenario/yaml.ts';
import type { NotHonoured, TopologyEndpoint } from '../topology.ts';
import { isMap } from './lab-file.ts';
import type { LabFile } from './lab-file.ts';
import type { EndReader } from './link-end.ts';
import type { LinkType } from './shape.ts';

/** An interface of a node that no wire leads away from. */
export interface LooseEnd {
  readonly end: TopologyEndpoint;
  /** bytes */
  readonly mtu: number;
}

type OneEndedType = Exclude<LinkType, 'brief' | 'veth' | 'veth-stitch'>;

const OUT_OF_THE_LAB: Readonly<Record<string, OneEndedType>> = {
  host: 'host',
  'mgmt-net': 'mgmt-net',
  macvlan: 'macvlan',
};

const MODES = ['private', 'vepa', 'bridge', 'passthru', 'source'];

/**
 * Links of one end in the lab. A `dummy` is one by design. What leads out of the lab (`host`, `mgmt-net`, `macvlan`,
 * `vxlan`) can't be honoured without a way around every fault: the node gets the interface, so that what it configures
 * works, and nobody answers there.
 */
export class OneEndedLinks {
  readonly looseEnds: LooseEnd[] = [];
  readonly notHonoured: NotHonoured[] = [];
  readonly #file: LabFile;
  readonly #ends: EndReader;

  constructor(file: LabFile, ends: EndReader) {
    this.#file = file;
    this.#ends = ends;
  }

  /** A link of an explicit type. */
  read(path: YamlPath, type: OneEndedType, mtu: number): void {
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
    if (end !== undefined) this.#add(path, type, end, mtu);
  }

  /** `host:veth1`, `mgmt-net:veth1`, `macvlan:eth0` as an end of a link without a type: true where there is one. */
  readBrief(path: YamlPath, mtu: number): boolean {
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
      if (end !== undefined) this.#add(at, type, end, mtu);
      return true;
    }
    return false;
  }

  #add(path: YamlPath, type: OneEndedType, end: TopologyEndpoint, mtu: number): void {
    this.looseEnds.push({ end, mtu });
    if (type === 'dummy') return;
    this.notHonoured.push({
      node: end.node,
      key: 'links',
      message: `'${end.interface}' leads out of the lab (${type}): the interface is there, nobody answers; for a neighbour, add a node`,
      position: this.#file.positionOf(path),
    });
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

/** The commands that make an interface without a wire: a dummy device, up, as containerlab makes it. */
export function looseEndCommands({ end, mtu }: LooseEnd): readonly (readonly string[])[] {
  return [
    ['ip', 'link', 'add', end.interface, 'address', end.mac, 'mtu', String(mtu), 'type', 'dummy'],
    ['ip', 'link', 'set', end.interface, 'up'],
  ];
}
