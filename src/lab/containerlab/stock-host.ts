import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { makeNamespaces, type NamespaceFds } from '../../host/namespaces.ts';
import { coverWithMemory, coverWithOverlay } from './cover.ts';

const MEMORY = '/run/chaos-covers';

/**
 * What is "the host" to containerlab: neither the room's namespace nor any node's, and a machine whose files it cannot
 * write. Far ends of links are there for a moment before the room takes them; they must say nothing of themselves (MLD).
 * It writes to /etc/hosts and /etc/ssh, makes links in /run/netns and a directory in /tmp.
 * @param keep what it needs below /run and /tmp
 * @param options `etc`: false where /etc is the sandbox's own already
 */
export function makeStockHost(
  keep: readonly string[],
  { etc }: { readonly etc: boolean } = { etc: true },
): NamespaceFds {
  return makeNamespaces({ files: true, pid: false }, () => {
    coverWithMemory('/run', keep);
    coverWithMemory('/tmp', keep);
    if (etc) {
      mkdirSync(MEMORY);
      coverWithOverlay(['/etc'], MEMORY);
    }
    const path = '/proc/sys/net/ipv6/conf/default/disable_ipv6';
    if (existsSync(path)) writeFileSync(path, '1');
    return undefined;
  });
}
