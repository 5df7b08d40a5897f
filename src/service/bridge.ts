import type { TopologyLink, TopologyNode } from '../lab/topology.ts';
import type { EnvironmentComplaint, Image, ImageStart } from './service.ts';

const BATCH = '/run/bridge.ip';

/**
 * A switch: one kernel bridge, `br0`, over all interfaces of the node that are ends of links. STP is the kernel's own
 * 802.1D-1998; it is off unless the lab asks for it, as it is on every Linux bridge.
 */
export const bridge: Image = {
  name: 'bridge',
  about: 'a switch: a Linux bridge (br0) over all links of the node, with STP if wanted',
  standsFor: [],
  // tmpfs for the batch file, no process: a bridge is all kernel
  level: 'files',
  packages: ['iproute2'],
  programs: ['/bin/ip'],
  privateDirectories: [{ path: '/run', type: 'tmpfs', mode: 0o755 }],
  environment: {
    STP: "'on' or 'off' (default)",
    BRIDGE_PRIORITY: 'bridge priority, 0..65535 (default 32768); the lowest becomes root',
    HELLO_TIME: 'seconds between BPDUs, 1..10 (default 2)',
    MAX_AGE: 'seconds until a BPDU that was heard is forgotten, 6..40 (default 20)',
    FORWARD_DELAY: 'seconds in listening and again in learning, 2..30 (default 15)',
    AGEING_TIME: 'seconds until a MAC address that was learned is forgotten (default 300)',
    'PORT_COST_<if>': 'STP path cost of a port, 1..65535 (default 2: a veth says 10 Gbit/s)',
    'PORT_PRIORITY_<if>': 'STP priority of a port, 0..63 (default 32)',
  },
  sysctls: {
    // a switch has no addresses: without this br0 itself would speak (MLD) on every segment
    'net.ipv6.conf.all.disable_ipv6': '1',
    'net.ipv6.conf.default.disable_ipv6': '1',
  },
  refuse: refuseEnvironment,
  start: startBridge,
};

/** What the kernel takes (net/bridge/br_stp.c, br_private_stp.h): both ends allowed. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  BRIDGE_PRIORITY: [0, 65535],
  HELLO_TIME: [1, 10],
  MAX_AGE: [6, 40],
  FORWARD_DELAY: [2, 30],
  AGEING_TIME: [0, 1_000_000],
  PORT_COST: [1, 65535],
  PORT_PRIORITY: [0, 63],
};
const WHOLE = ['BRIDGE_PRIORITY', 'PORT_COST', 'PORT_PRIORITY'];

function refuseEnvironment(
  node: TopologyNode,
  links: readonly TopologyLink[],
): readonly EnvironmentComplaint[] {
  const ports = portsOf(node, links).map((port) => port.interface);
  return Object.entries(node.env).flatMap(([variable, value]) => {
    if (variable === 'STP') {
      const message = `STP is '${value}'`;
      return ['on', 'off'].includes(value) ? [] : [{ variable, message, expected: 'on or off' }];
    }
    const [, ofPort, port] = /^(PORT_COST|PORT_PRIORITY)_(.+)$/.exec(variable) ?? [];
    if (port !== undefined && !ports.includes(port)) {
      const message = `'${variable}': switch '${node.name}' has no link at '${port}'`;
      return [{ variable, message, expected: `one of ${ports.join(', ')}` }];
    }
    const range = RANGES[ofPort ?? variable];
    if (range === undefined) return [];
    const whole = WHOLE.includes(ofPort ?? variable);
    return inRange(value, range, whole)
      ? []
      : [{ variable, message: `${variable} is '${value}'`, expected: expectation(range, whole) }];
  });
}

function inRange(value: string, [min, max]: readonly [number, number], whole: boolean): boolean {
  const pattern = whole ? /^\d+$/ : /^\d+(?:\.\d{1,2})?$/;
  return pattern.test(value) && Number(value) >= min && Number(value) <= max;
}

function expectation([min, max]: readonly [number, number], whole: boolean): string {
  return `${whole ? 'a whole number' : 'seconds'}, ${min} to ${max}`;
}

interface Port {
  readonly interface: string;
  readonly mac: string;
}

function startBridge(node: TopologyNode, links: readonly TopologyLink[]): ImageStart {
  const ports = portsOf(node, links);
  return {
    files: { [BATCH]: `${batch(node.env, ports).join('\n')}\n` },
    // one process for everything: each costs 10-40 ms in the embedded kernel
    setUp: [['ip', '-batch', BATCH]],
    services: [],
    configure: [],
  };
}

function portsOf(node: TopologyNode, links: readonly TopologyLink[]): readonly Port[] {
  return links
    .flatMap((link) => [link.a, link.b])
    .filter((end) => end.node === node.name)
    .sort((x, y) => (x.interface < y.interface ? -1 : 1));
}

/** Lines of ip-link(8) `bridge` and `bridge_slave`; times there are in hundredths of a second. */
function batch(env: Readonly<Record<string, string>>, ports: readonly Port[]): readonly string[] {
  const stp = env['STP'] === 'on';
  return [
    // mcast_snooping off: a switch that prunes multicast by what it overheard would hide adverts from the lab
    `link add name br0 address ${address(ports)} type bridge mcast_snooping 0` +
      ` stp_state ${stp ? '1' : '0'}` +
      ` priority ${env['BRIDGE_PRIORITY'] ?? '32768'}` +
      ` hello_time ${centiseconds(env['HELLO_TIME'] ?? '2')}` +
      ` max_age ${centiseconds(env['MAX_AGE'] ?? '20')}` +
      ` forward_delay ${centiseconds(env['FORWARD_DELAY'] ?? '15')}` +
      ` ageing_time ${centiseconds(env['AGEING_TIME'] ?? '300')}`,
    ...ports.flatMap((port) => [
      `link set dev ${port.interface} master br0`,
      `link set dev ${port.interface} type bridge_slave` +
        ` cost ${env[`PORT_COST_${port.interface}`] ?? '2'}` +
        ` priority ${env[`PORT_PRIORITY_${port.interface}`] ?? '32'}`,
    ]),
    'link set dev br0 up',
  ];
}

/**
 * The lowest address of its ports, which is what the kernel would take, but given explicitly: an address that is not
 * "set by user" changes with the ports, and with it the bridge id and the root.
 */
function address(ports: readonly Port[]): string {
  return ports.map((port) => port.mac).sort()[0] ?? 'aa:c1:ab:00:00:01';
}

function centiseconds(seconds: string): string {
  return String(Math.round(Number(seconds) * 100));
}
