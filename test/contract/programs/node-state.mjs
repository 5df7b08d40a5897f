import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statfsSync } from 'node:fs';

/** Everything of a router that a fault could have changed, but what routing brings by itself. */
export async function readNodeState(node, processesIn) {
  const processes = processesIn(node.netnsFd).map((one) => {
    const status = readFileSync(`/proc/${one.pid}/status`, 'utf8');
    const limits = readFileSync(`/proc/${one.pid}/limits`, 'utf8');
    const traced = /TracerPid:\t0/.test(status) ? '' : ' traced';
    // cgroup 2 shows what is frozen nowhere else
    const group = readFileSync(`/proc/${one.pid}/cgroup`, 'utf8').trim();
    const space = /address space\s+(\S+)/.exec(limits)[1];
    const events = `/sys/fs/cgroup${/^0::(.*)$/m.exec(group)?.[1] ?? ''}/cgroup.events`;
    const isFrozen = existsSync(events) && /frozen 1/.test(readFileSync(events, 'utf8'));
    const frozen = isFrozen ? ' frozen' : '';
    return `${one.command}${frozen}${one.state === 'T' ? ' stopped' : ''}${traced} ${space} ${group}`;
  });
  if (node.power?.isOn === false) return { processes: processes.sort(), power: 'off' };
  const root = `/proc/${node.initPid}/root`;
  const ask = async (...argv) => (await node.exec(argv)).stdout;
  const routes = await ask('ip', 'route', 'show', 'table', 'all');
  const files = await ask('find', '/etc/frr', '/run', '-not', '-name', '*.pid');
  return {
    processes: processes.sort(),
    addresses: (await ask('ip', '-br', 'address')).split('\n').sort(),
    routes: routes
      .split('\n')
      .filter((line) => !line.includes('proto bgp'))
      .sort(),
    rules: (await ask('ip', 'rule')).split('\n'),
    nft: await ask('nft', 'list', 'ruleset'),
    files: files
      .split('\n')
      .filter((path) => path.startsWith('/etc') || path.includes('chaos'))
      .map((path) => `${path} ${digest(root + path)}`)
      .sort(),
    size: statfsSync(`${root}/run`).blocks,
  };
}

function digest(path) {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch (error) {
    if (error.code === 'EISDIR') return 'directory';
    throw error;
  }
}

/** '' when they are the same */
export function difference(before, after) {
  return Object.keys({ ...before, ...after })
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => `${key}: ${JSON.stringify(before[key])} -> ${JSON.stringify(after[key])}`)
    .join('; ');
}
