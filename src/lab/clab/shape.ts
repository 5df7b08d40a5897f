/**
 * What a value of a lab file looks like, as the Go type behind it reads it (containerlab 0.79 through yaml.v2).
 * text: string; whole: an integer; unsigned: one of 0 or more; number: float64; flag: bool; duration: time.Duration; any: interface{};
 * link: one of the link definitions, by its `type`.
 */
export type Shape =
  | 'text'
  | 'whole'
  | 'unsigned'
  | 'number'
  | 'flag'
  | 'duration'
  | 'any'
  | 'link'
  | { readonly list: Shape }
  /** a Go map: its keys are the user's */
  | { readonly map: Shape }
  /** a Go struct: other keys are refused */
  | { readonly fields: Fields };

export type Fields = Readonly<Record<string, Shape>>;

export const texts: Shape = { list: 'text' };
export const textMap: Shape = { map: 'text' };
export const anyMap: Shape = { map: 'any' };

const waitFor: Shape = { list: { fields: { node: 'text', stage: 'text' } } };
const stageExec: Shape = { list: { fields: { command: 'text', target: 'text', phase: 'text' } } };
const stage: Shape = { fields: { 'wait-for': waitFor, exec: stageExec } };
const mda: Shape = { list: { fields: { slot: 'whole', type: 'text' } } };

type NestedKey =
  | 'stages'
  | 'healthcheck'
  | 'dns'
  | 'certificate'
  | 'credentials'
  | 'config'
  | 'extras'
  | 'components';

/** types/types.go, types/stages.go, types/component.go */
export const nested: Readonly<Record<NestedKey, Shape>> = {
  stages: {
    fields: { create: stage, 'create-links': stage, configure: stage, healthy: stage, exit: stage },
  },
  healthcheck: {
    fields: {
      test: texts,
      interval: 'whole',
      timeout: 'whole',
      retries: 'whole',
      'start-period': 'whole',
    },
  },
  dns: { fields: { servers: texts, search: texts, options: texts } },
  certificate: {
    fields: { issue: 'flag', 'key-size': 'whole', 'validity-duration': 'duration', sans: texts },
  },
  credentials: { fields: { username: 'text', password: 'text', 'identity-file': 'text' } },
  config: { fields: { vars: anyMap } },
  extras: {
    fields: {
      'srl-agents': texts,
      'mysocket-proxy': 'text',
      'ceos-copy-to-flash': texts,
      k8s_kind: { fields: { deploy: { fields: { kubeconfig: 'text', wait: 'text' } } } },
    },
  },
  components: {
    list: {
      fields: {
        slot: 'text',
        type: 'text',
        env: textMap,
        sfm: 'text',
        xiom: { list: { fields: { slot: 'whole', type: 'text', mda } } },
        mda,
      },
    },
  },
};

const common: Fields = {
  type: 'text',
  mtu: 'whole',
  labels: textMap,
  ipv4: texts,
  ipv6: texts,
  vars: anyMap,
  // written by containerlab itself into what it exports
  deploymentstate: 'unsigned',
};

export const endpointFields: Fields = {
  node: 'text',
  interface: 'text',
  mac: 'text',
  ipv4: 'text',
  ipv6: 'text',
  vars: anyMap,
};

const endpoint: Shape = { fields: endpointFields };
const twoEnds: Fields = { ...common, endpoints: { list: endpoint } };
const toHost: Fields = { ...common, endpoint, 'host-interface': 'text' };
const vxlan: Fields = {
  ...common,
  endpoint,
  remote: 'text',
  vni: 'whole',
  'udp-port': 'whole',
  'dst-port': 'whole',
  'src-port': 'whole',
  'parent-interface': 'text',
  linktype: 'text',
};

export type LinkType =
  | 'brief'
  | 'veth'
  | 'veth-stitch'
  | 'mgmt-net'
  | 'host'
  | 'macvlan'
  | 'vxlan'
  | 'vxlan-stitch'
  | 'dummy';

/** links/*.go: what each type of link takes. `brief` is what a link without a type is. */
export const linkTypes: Readonly<Record<LinkType, Fields>> = {
  brief: { ...common, endpoints: texts },
  veth: twoEnds,
  'veth-stitch': twoEnds,
  'mgmt-net': toHost,
  host: toHost,
  macvlan: { ...toHost, mode: 'text' },
  vxlan,
  'vxlan-stitch': vxlan,
  dummy: { ...common, endpoint },
};

/** As containerlab takes it: in any case, with blanks around it; undefined for what is none. */
export function linkTypeOf(text: string | undefined): LinkType | undefined {
  if (text === undefined || text === '') return 'brief';
  const type = text.trim().toLowerCase();
  return Object.hasOwn(linkTypes, type) ? (type as LinkType) : undefined;
}

/** The fields of a map of this shape; undefined where keys are the user's. `type` is that of a link. */
export function fieldsOf(shape: Shape, type?: string): Fields | undefined {
  if (shape === 'link') return linkTypes[linkTypeOf(type) ?? 'brief'];
  return typeof shape === 'object' && 'fields' in shape ? shape.fields : undefined;
}

export function elementOf(shape: Shape): Shape {
  if (typeof shape !== 'object') return 'any';
  if ('list' in shape) return shape.list;
  return 'map' in shape ? shape.map : 'any';
}
