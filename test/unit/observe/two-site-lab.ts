import type { FrameBody, Frame } from '../../../src/observe/decode/frame.ts';
import type { LinkSeen, AddressSeen, SetSignal } from '../../../src/observe/seen.ts';
import type { SignalSpec } from '../../../src/observe/observer.ts';
import type { SignalValue } from '../../../src/scenario/expression/ast.ts';
import type { Topology, TopologyLink, TopologyNode } from '../../../src/lab/topology.ts';

export const S = 1_000_000_000;

const position = { file: 'lab.clab.yml', line: 1, column: 1 };

function node(name: string, mappedImage: string, exec: TopologyNode['exec'] = []): TopologyNode {
  return {
    name,
    kind: 'linux',
    image: mappedImage,
    mappedImage,
    binds: [],
    exec,
    env: {},
    labels: {},
    sysctls: {},
    position,
  };
}

function link(id: string, a: string, b: string, index: number): TopologyLink {
  const end = (text: string, side: number): TopologyLink['a'] => {
    const [name = '', port = ''] = text.split(':');
    return { node: name, interface: port, mac: `aa:c1:ab:00:0${side}:0${index}` };
  };
  return {
    id,
    a: end(a, 0),
    b: end(b, 1),
    mtu: 1500,
    rateBitPerSec: 100e6,
    queueLimitPackets: 1000,
    position,
  };
}

const LINKS: readonly (readonly [string, string, string])[] = [
  ['dci', 'sw-a:eth1', 'sw-b:eth1'],
  ['fw-a~sw-a', 'fw-a:eth1', 'sw-a:eth2'],
  ['fw-b~sw-b', 'fw-b:eth1', 'sw-b:eth2'],
  ['client-a~sw-a', 'client-a:eth1', 'sw-a:eth3'],
  ['fw-a~r1', 'fw-a:eth2', 'r1:eth1'],
  ['fw-b~r2', 'fw-b:eth2', 'r2:eth1'],
  ['core', 'r1:eth2', 'r2:eth2'],
  ['spare', 'r1:eth3', 'r2:eth3'],
];

/** Two bridges joined by `dci`, a firewall at each, a router behind each, two links between the routers. */
export const lab: Topology = {
  name: 'two-site',
  file: 'lab.clab.yml',
  nodes: [
    node('sw-a', 'bridge'),
    node('sw-b', 'linux', [['ip', 'link', 'add', 'br0', 'type', 'bridge']]),
    node('fw-a', 'keepalived'),
    node('fw-b', 'keepalived'),
    node('r1', 'frr'),
    node('r2', 'frr'),
    node('client-a', 'linux'),
  ],
  links: LINKS.map(([id, a, b], i) => link(id, a, b, i)),
  notHonoured: [],
};

/** A SetSignal that keeps the last values, and what was set when; it refuses a signal that was never declared. */
export class Board {
  readonly set: SetSignal;
  readonly log: { path: string; value: SignalValue; atNs: number; sinceNs: number }[] = [];
  readonly #values = new Map<string, SignalValue>();

  constructor(specs: readonly SignalSpec[]) {
    const byPath = new Map(specs.map((spec) => [spec.path, spec]));
    this.set = (path, value, atNs, sinceNs = atNs) => {
      const spec = byPath.get(path);
      if (spec === undefined) throw new Error(`'${path}' is not declared`);
      checkType(spec, value);
      if (this.#values.has(path) && this.#values.get(path) === value) return;
      this.#values.set(path, value);
      this.log.push({ path, value, atNs, sinceNs });
    };
  }

  /** undefined: never set */
  get(path: string): SignalValue | undefined {
    return this.#values.get(path);
  }

  /** [value, since when in seconds] of one signal */
  history(path: string): readonly (readonly [SignalValue, number])[] {
    return this.log.filter((e) => e.path === path).map((e) => [e.value, e.sinceNs / S] as const);
  }
}

function checkType(spec: SignalSpec, value: SignalValue): void {
  if (value === null) return;
  const wanted =
    spec.valueType === 'boolean' ? 'boolean' : spec.valueType === 'state' ? 'string' : 'number';
  if (typeof value !== wanted) throw new Error(`'${spec.path}' was set to ${String(value)}`);
  if (typeof value === 'string' && spec.states?.includes(value) !== true) {
    throw new Error(`'${spec.path}' has no state '${value}'`);
  }
}

export function linkSeen(tS: number, end: string, more: Partial<LinkSeen> = {}): LinkSeen {
  const [name = '', port = ''] = end.split(':');
  return {
    tNs: Math.round(tS * S),
    node: name,
    interface: port,
    gone: false,
    adminUp: true,
    carrier: true,
    mac: 'aa:c1:ab:00:00:ff',
    portState: null,
    ...more,
  };
}

export function addressSeen(tS: number, end: string, address: string, present = true): AddressSeen {
  const [name = '', port = ''] = end.split(':');
  return { tNs: Math.round(tS * S), node: name, interface: port, address, present };
}

export function frame(
  tS: number,
  wire: readonly [link: string, direction: 'a>b' | 'b>a', stage: 'in' | 'out'],
  body: FrameBody,
): Frame {
  const [id, direction, stage] = wire;
  const macs = { sourceMac: 'aa:c1:ab:00:00:01', destinationMac: '01:00:5e:00:00:12' };
  return { tNs: Math.round(tS * S), link: id, direction, stage, ...macs, body };
}
