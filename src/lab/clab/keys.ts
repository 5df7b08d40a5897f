/** What a value of a node definition looks like in YAML. */
export type Shape = 'text' | 'text-list' | 'text-map' | 'any';

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
  binds: read('text-list'),
  exec: read('text-list'),
  env: read('text-map'),
  'env-files': read('text-list'),
  labels: read('text-map'),
  sysctls: read('text-map'),
  'network-mode': read('text'),
  type: silent('text'),
  position: silent('text'),
  hostname: silent('text'),
  'image-pull-policy': silent('text'),
  'restart-policy': silent('text'),
  'auto-remove': silent('text'),
  'link-apply-mode': silent('text'),
  runtime: silent('text'),
  license: silent('text'),
  'cap-add': silent('text-list'),
  privileged: silent('text'),
  'cgroupns-mode': silent('text'),
  'security-opts': silent('text-list'),
  credentials: silent('any'),
  username: silent('text'),
  password: silent('text'),
  aliases: lost('text-list', NO_MANAGEMENT),
  'mgmt-ipv4': lost('text', NO_MANAGEMENT),
  'mgmt-ipv6': lost('text', NO_MANAGEMENT),
  ports: lost('text-list', NO_MANAGEMENT),
  dns: lost('any', 'names are resolved by /etc/hosts'),
  entrypoint: lost('text', OWN_SERVICES),
  cmd: lost('text', OWN_SERVICES),
  user: lost('text', OWN_SERVICES),
  'startup-config': lost('text', OWN_SERVICES),
  'enforce-startup-config': lost('text', OWN_SERVICES),
  'suppress-startup-config': lost('text', OWN_SERVICES),
  'startup-delay': lost('text', 'services start as soon as their files and interfaces are there'),
  stages: lost(
    'any',
    'all nodes are raised together, and their exec lines run once services are ready',
  ),
  healthcheck: lost('any', "a scenario's 'ready' says when a lab is ready"),
  volumes: lost('text-list', 'a node keeps nothing from one run to the next'),
  tmpfs: lost('text-map', 'the image says which directories are private'),
  certificate: lost('any', 'no certificates are issued'),
  config: lost('any', 'configuration comes from binds and exec'),
  extras: lost('any', NO_CONTAINER),
  components: lost('any', NO_CONTAINER),
  'pid-mode': lost('text', NO_CONTAINER),
  'cgroup-parent': lost('text', NO_CONTAINER),
  cpu: lost('text', NO_CONTAINER),
  'cpu-set': lost('text', NO_CONTAINER),
  memory: lost('text', NO_CONTAINER),
  'shm-size': lost('text', NO_CONTAINER),
  devices: lost('text-list', NO_CONTAINER),
};

export const topKeys: readonly string[] = [
  'name',
  'prefix',
  'mgmt',
  'topology',
  'settings',
  'debug',
];
export const topologyKeys: readonly string[] = ['defaults', 'kinds', 'groups', 'nodes', 'links'];

/** What each kind of node becomes; a kind that containerlab has and we can't raise is 'vendor' or has its reason. */
export const nodeKinds: Readonly<
  Record<string, 'image' | 'bridge' | { readonly refused: string }>
> = {
  linux: 'image',
  bridge: 'bridge',
  'ovs-bridge': 'bridge',
  host: { refused: "the host's own network is never touched by a lab" },
  'ext-container': { refused: 'a container that runs already is not part of a lab of namespaces' },
  'k8s-kind': { refused: 'a Kubernetes cluster needs Docker' },
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
