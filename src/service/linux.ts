import type { Image } from './service.ts';

/** A plain host: what its `exec` lines make of it. */
export const linux: Image = {
  name: 'linux',
  about: 'a plain Linux host without services',
  standsFor: [
    'alpine',
    'busybox',
    'debian',
    'ubuntu',
    'fedora',
    'nicolaka/netshoot',
    'wbitt/network-multitool',
    'praqma/network-multitool',
    'srl-labs/network-multitool',
    'hellt/network-multitool',
    'srl-labs/alpine',
  ],
  level: 'net',
  packages: ['iproute2'],
  programs: ['/bin/ip'],
  privateDirectories: [{ path: '/root', type: 'tmpfs', mode: 0o700 }],
  environment: {},
  sysctls: {},
  start: () => ({ files: {}, setUp: [], services: [], configure: [] }),
};
