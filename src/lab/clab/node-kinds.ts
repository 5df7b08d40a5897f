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
