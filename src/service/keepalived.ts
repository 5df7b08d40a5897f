import {
  keepalivedDirectories,
  keepalivedFiles,
  keepalivedPrograms,
  keepalivedService,
} from './keepalived-parts.ts';
import type { Image } from './service.ts';
import { routerSysctls } from './sysctl.ts';

/** A VRRP router. */
export const keepalived: Image = {
  name: 'keepalived',
  about: 'a VRRP router: keepalived with the bound /etc/keepalived/keepalived.conf',
  standsFor: ['osixia/keepalived'],
  level: 'pid',
  packages: ['keepalived', 'iproute2'],
  programs: keepalivedPrograms,
  privateDirectories: keepalivedDirectories,
  environment: {
    '<any>': "a definition '$NAME' for a keepalived.conf that says 'include node.conf'",
  },
  sysctls: routerSysctls,
  start: (node) => ({
    files: keepalivedFiles(node),
    setUp: [],
    services: [keepalivedService],
    configure: [],
  }),
};
