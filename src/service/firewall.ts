import type { TopologyNode } from '../lab/topology.ts';
import { frrDirectories, frrPrograms, frrStart } from './frr-parts.ts';
import {
  keepalivedDirectories,
  keepalivedFiles,
  keepalivedPrograms,
  keepalivedService,
} from './keepalived-parts.ts';
import type { BoundFiles, Image, ImageStart, ServiceSpec } from './service.ts';
import { routerSysctls } from './sysctl.ts';

const RULES = '/etc/nftables.conf';
const CONNTRACKD = '/etc/conntrackd/conntrackd.conf';
const KEEPALIVED = '/etc/keepalived/keepalived.conf';
const FRR = '/etc/frr/daemons';

/** A firewall is several daemons in one node; which, the bound files say. */
export const firewall: Image = {
  name: 'firewall',
  about: `a firewall: of nftables, conntrackd, FRRouting, keepalived those whose configuration is bound`,
  standsFor: [],
  level: 'pid',
  packages: ['nftables', 'conntrackd', 'keepalived', 'frr', 'iproute2'],
  programs: ['/usr/sbin/nft', '/usr/sbin/conntrackd', ...keepalivedPrograms, ...frrPrograms],
  privateDirectories: [
    ...frrDirectories,
    ...keepalivedDirectories,
    { path: '/etc/conntrackd', type: 'tmpfs', mode: 0o755 },
    // Debian's conntrackd.conf has its lock file in /var/lock, which is /run/lock
    { path: '/run/lock', type: 'tmpfs', mode: 0o1777 },
  ],
  environment: {
    '<any>': "a definition '$NAME' for a keepalived.conf that says 'include node.conf'",
  },
  sysctls: {
    ...routerSysctls,
    // a TCP connection that was not seen from its start is not one: what a pair without state sync would lose, is lost
    'net.netfilter.nf_conntrack_tcp_loose': '0',
  },
  start: startFirewall,
};

/**
 * No control socket is named in conntrackd.conf(5) by default, the configuration chooses it; so "ready" is "has
 * started". After `exec`, because it binds to the address of its interface.
 */
const conntrackdService: ServiceSpec = {
  name: 'conntrackd',
  argv: ['/usr/sbin/conntrackd', '-C', CONNTRACKD],
  readyPath: null,
  afterExec: true,
};

function startFirewall(node: TopologyNode, _links: unknown, files: BoundFiles): ImageStart {
  const has = (path: string): boolean => files(path) !== undefined;
  const routing = has(FRR) ? frrStart(files) : undefined;
  return {
    files: { ...routing?.files, ...keepalivedFiles(node) },
    // rules first: nothing is forwarded before the policy is in force
    setUp: has(RULES) ? [['nft', '-f', RULES]] : [],
    services: [
      ...(routing?.services ?? []),
      ...(has(CONNTRACKD) ? [conntrackdService] : []),
      ...(has(KEEPALIVED) ? [keepalivedService] : []),
    ],
    configure: routing?.configure ?? [],
  };
}
