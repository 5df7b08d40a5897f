import type { TopologyNode } from '../lab/topology.ts';
import type { PrivateDirectory, ServiceSpec } from './service.ts';

export const keepalivedDirectories: readonly PrivateDirectory[] = [
  { path: '/etc/keepalived', type: 'tmpfs', mode: 0o755 },
];

export const keepalivedPrograms: readonly string[] = ['/usr/sbin/keepalived'];

/** The name of the file that `keepalived.conf` includes to get at the node's `env`. */
const DEFINITIONS = '/etc/keepalived/node.conf';

/**
 * Foreground (-n), log to standard output (-l) and nowhere else (-G), with transitions (-D).
 *
 * After `exec`: an instance whose interface has no address yet sends its first adverts from 0.0.0.0.
 * /run/vrrp.pid is written by the VRRP child once it runs; keepalived.pid is there before.
 */
export const keepalivedService: ServiceSpec = {
  name: 'keepalived',
  argv: ['/usr/sbin/keepalived', '-n', '-l', '-G', '-D', '-f', '/etc/keepalived/keepalived.conf'],
  readyPath: '/run/vrrp.pid',
  afterExec: true,
};

/**
 * The node's `env` as definitions of keepalived.conf(5) (`$NAME=value`), in a file that the configuration may
 * `include node.conf`: keepalived itself does not read its environment, and containerlab substitutes variables in the
 * topology file only.
 */
export function keepalivedFiles(node: TopologyNode): Readonly<Record<string, string>> {
  const lines = Object.entries(node.env)
    .filter(([name, value]) => /^[A-Za-z_]\w*$/.test(name) && !value.includes('\n'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `$${name}=${value}\n`);
  return { [DEFINITIONS]: lines.join('') };
}
