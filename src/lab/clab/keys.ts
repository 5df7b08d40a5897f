import { nested, textMap, texts } from './shape.ts';
import type { Fields, Shape } from './shape.ts';

export interface NodeKey {
  readonly shape: Shape;
  /**
   * read: it shapes the topology; silent: there is nothing to honour without Docker, and nothing is lost; else what a
   * user must know when the netns driver leaves it out
   */
  readonly use: 'read' | 'silent' | { readonly lost: string };
}

const read = (shape: Shape): NodeKey => ({ shape, use: 'read' });
const silent = (shape: Shape): NodeKey => ({ shape, use: 'silent' });
const lost = (shape: Shape, message: string): NodeKey => ({ shape, use: { lost: message } });

const NO_CONTAINER = 'there is no container; the node runs on the host kernel';
const NO_MANAGEMENT = 'there is no management network: it would be a path around every fault';
const OWN_SERVICES = 'the services of the image that stands in are started instead';

/** Every key that containerlab 0.79 takes in a node, a kind, a group and in `defaults` (types/node_definition.go). */
export const nodeKeys: Readonly<Record<string, NodeKey>> = {
  kind: read('text'),
  group: read('text'),
  image: read('text'),
  binds: read(texts),
  exec: read(texts),
  env: read(textMap),
  'env-files': read(texts),
  labels: read(textMap),
  sysctls: read(textMap),
  'network-mode': read('text'),
  type: silent('text'),
  position: silent('text'),
  hostname: silent('text'),
  'image-pull-policy': silent('text'),
  'restart-policy': silent('text'),
  'auto-remove': silent('flag'),
  'link-apply-mode': silent('text'),
  runtime: silent('text'),
  license: silent('text'),
  'cap-add': silent(texts),
  privileged: silent('flag'),
  'cgroupns-mode': silent('text'),
  'security-opts': silent(texts),
  credentials: silent(nested.credentials),
  username: silent('text'),
  password: silent('text'),
  aliases: lost(texts, NO_MANAGEMENT),
  'mgmt-ipv4': lost('text', NO_MANAGEMENT),
  'mgmt-ipv6': lost('text', NO_MANAGEMENT),
  ports: lost(texts, NO_MANAGEMENT),
  dns: lost(nested.dns, 'names are resolved by /etc/hosts'),
  entrypoint: lost('text', OWN_SERVICES),
  cmd: lost('text', OWN_SERVICES),
  user: lost('text', OWN_SERVICES),
  'startup-config': lost('text', OWN_SERVICES),
  'enforce-startup-config': lost('flag', OWN_SERVICES),
  'suppress-startup-config': lost('flag', OWN_SERVICES),
  'startup-delay': lost(
    'unsigned',
    'services start as soon as their files and interfaces are there',
  ),
  stages: read(nested.stages),
  healthcheck: lost(nested.healthcheck, "a scenario's 'ready' says when a lab is ready"),
  volumes: lost(texts, 'a node keeps nothing from one run to the next'),
  tmpfs: lost(textMap, 'the image says which directories are private'),
  certificate: lost(nested.certificate, 'no certificates are issued'),
  config: lost(nested.config, 'configuration comes from binds and exec'),
  extras: lost(nested.extras, NO_CONTAINER),
  components: lost(nested.components, NO_CONTAINER),
  'pid-mode': lost('text', NO_CONTAINER),
  'cgroup-parent': lost('text', NO_CONTAINER),
  cpu: lost('number', NO_CONTAINER),
  'cpu-set': lost('text', NO_CONTAINER),
  memory: lost('text', NO_CONTAINER),
  'shm-size': lost('text', NO_CONTAINER),
  devices: lost(texts, NO_CONTAINER),
};

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

/** What each kind of node becomes; a kind that containerlab has and we can't raise is 'vendor' or has its reason. */
export const nodeKinds: Readonly<
  Record<string, 'image' | 'bridge' | { readonly refused: string }>
> = {
  linux: 'image',
  bridge: 'bridge',
  'ovs-bridge': 'bridge',
  host: {
    refused: "the host's own network is never touched by a lab; put a node of kind linux there",
  },
  'ext-container': {
    refused: 'a container that runs already is not part of a lab of namespaces; make it a node',
  },
  'k8s-kind': {
    refused: 'a Kubernetes cluster needs Docker; leave it out, or put a linux node there',
  },
};

/** Kinds of containerlab that are somebody's network operating system: they need that vendor's image and Docker. */
export const vendorKinds: readonly string[] = [
  'nokia_srlinux', 'srl', 'nokia_sros', 'vr-sros', 'nokia_srsim', 'arista_ceos', 'ceos', 'arista_veos', 'vr-veos',
  'juniper_crpd', 'crpd', 'juniper_vmx', 'vr-vmx', 'juniper_vqfx', 'vr-vqfx', 'juniper_vsrx', 'vr-vsrx',
  'juniper_vjunosrouter', 'juniper_vjunosswitch', 'juniper_vjunosevolved', 'juniper_cjunosevolved',
  'cisco_xrd', 'xrd', 'cisco_xrv', 'vr-xrv', 'cisco_xrv9k', 'vr-xrv9k', 'cisco_csr1000v', 'vr-csr', 'cisco_n9kv', 'vr-n9kv',
  'cisco_c8000', 'cisco_c8000v', 'cisco_cat9kv', 'cisco_iol', 'cisco_ftdv', 'cisco_asav', 'cisco_vios', 'cisco_viosl2',
  'cisco_sdwan', 'cumulus_cvx', 'cvx', 'aruba_aoscx', 'vr-aoscx', 'sonic-vs', 'sonic-vm', 'dell_sonic', 'dell_ftosv',
  'vr-ftosv', 'mikrotik_ros', 'vr-ros', 'huawei_vrp', 'ipinfusion_ocnos', 'openbsd', 'freebsd', 'openwrt',
  'keysight_ixia-c-one', 'checkpoint_cloudguard', 'fortinet_fortigate', 'vr-fortigate', 'paloalto_panos', 'vr-pan',
  '6wind_vsr', 'fdio_vpp', 'vyosnetworks_vyos', 'rare', 'border0', 'generic_vm', 'arrcus_arcos', 'f5_bigip-ve', 'spirent_stc',
] as const; // prettier-ignore
