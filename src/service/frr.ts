import { frrDirectories, frrPrograms, frrStart } from './frr-parts.ts';
import type { Image } from './service.ts';
import { routerSysctls } from './sysctl.ts';

/** A router: FRRouting with the daemons that the bound /etc/frr/daemons turns on. */
export const frr: Image = {
  name: 'frr',
  about: 'a router: FRRouting, with the daemons that the bound /etc/frr/daemons turns on',
  standsFor: [
    'frrouting/frr',
    'frrouting/frr-debian',
    'ajones17/frr',
    'akpinar/frr',
    'netreplica/frr',
    'bmcdougall/frr-srv6-usid',
    'frr-debian',
    'frrouting',
  ],
  level: 'pid',
  packages: ['frr', 'iproute2'],
  programs: frrPrograms,
  privateDirectories: frrDirectories,
  environment: {},
  sysctls: routerSysctls,
  start: (_node, _links, files) => frrStart(files),
};
