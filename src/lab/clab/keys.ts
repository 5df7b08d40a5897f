import { nodeKeys } from './node-keys.ts';
import { textMap } from './shape.ts';
import type { Fields, Shape } from './shape.ts';

/** A node definition: of a node, a kind, a group, or `defaults`. */
export const nodeShape: Shape = {
  fields: Object.fromEntries(Object.entries(nodeKeys).map(([key, { shape }]) => [key, shape])),
};

export const topologyFields: Fields = {
  defaults: nodeShape,
  kinds: { map: nodeShape },
  groups: { map: nodeShape },
  nodes: { map: nodeShape },
  links: { list: 'link' },
};

const mgmt: Shape = {
  fields: {
    network: 'text',
    bridge: 'text',
    'ipv4-subnet': 'text',
    'ipv4-gw': 'text',
    'ipv4-range': 'text',
    'ipv6-subnet': 'text',
    'ipv6-gw': 'text',
    'ipv6-range': 'text',
    // deprecated, and still read
    ipv4_subnet: 'text',
    ipv6_subnet: 'text',
    mtu: 'whole',
    'external-access': 'flag',
    'skip-when-unused': 'flag',
    'driver-opts': textMap,
  },
};

const settings: Shape = {
  fields: {
    'certificate-authority': {
      fields: { cert: 'text', key: 'text', 'key-size': 'whole', 'validity-duration': 'duration' },
    },
  },
};

/** A whole lab file (core/config.go). */
export const labFields: Fields = {
  name: 'text',
  prefix: 'text',
  mgmt,
  settings,
  topology: { fields: topologyFields },
  debug: 'flag',
};
