import { spawnSync } from 'node:child_process';
import { changesOfHost, readHostFacts } from '../../../src/cli/run/host-facts.ts';

/** Does things to the network namespace that it is started in, and prints what was seen of each. */
const commands = [
  'ip link set e0 up',
  'ip link set e0 mtu 1400',
  'ip address add 10.1.0.1/24 dev e0',
  'ip route add 10.9.0.0/16 via 10.1.0.2',
  'ip rule add pref 77 to 10.9.0.0/16 blackhole',
  'tc qdisc replace dev e0 root pfifo limit 10',
  'tc qdisc change dev e0 root pfifo limit 20',
  'sysctl -qw net.ipv4.ip_forward=1',
];

// not every kernel has them
const maybe = ['tc qdisc add dev e0 clsact', 'tc filter add dev e0 ingress matchall action drop'];

const seen: Record<string, readonly string[]> = {};
let before = readHostFacts();
for (const command of [...commands, ...maybe, 'ip link delete e0']) {
  const [program = '', ...args] = command.split(' ');
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0 && maybe.includes(command)) continue;
  const after = readHostFacts();
  // what could not be done is not seen either
  seen[command] = changesOfHost(before, after);
  before = after;
}
process.stdout.write(JSON.stringify(seen));
