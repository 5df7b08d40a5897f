import { fileURLToPath } from 'node:url';

const atH1 = { end: 'h1:eth1', direction: 'out' };

interface Step {
  readonly at: number;
  readonly for: number;
  readonly [kind: string]: unknown;
}

/** Seconds since ready; as many as can be are in force at a time, those that would end the others come last. */
function stepsOf(netem: boolean): readonly Step[] {
  const delay = netem ? { delay: '20ms', jitter: '5ms', corrupt: '1%' } : {};
  return [
    { at: 0.1, for: 6, impair: { link: 'dci', loss: '10%', duplicate: '5%', ...delay } },
    { at: 0.2, for: 5, drop: { link: 'to-r2', protocol: 'vrrp', ratio: '50%' } },
    { at: 0.2, for: 5, kill: { node: 'r1', service: 'keepalived' } },
    { at: 0.3, for: 3, pause: { node: 'r2', service: 'keepalived' } },
    { at: 0.3, for: 5, exec: { node: 'r1', argv: ADD, undo: DELETE } },
    { at: 0.4, for: 5, config: { node: 'r1', file: '/etc/frr/extra.conf', text: 'x' } },
    { at: 0.5, for: 5, dns: { node: 'h2', answer: 'servfail' } },
    { at: 0.6, for: 5, route: { node: 'r1', 'black-hole': '10.9.0.0/16' } },
    { at: 0.7, for: 5, 'clock-skew': { node: 'r2', service: 'keepalived', ahead: '1h' } },
    { at: 0.8, for: 5, 'disk-full': { node: 'r1', path: '/run', free: '64KiB' } },
    { at: 0.9, for: 3, 'disk-slow': { node: 'r2', service: 'zebra', delay: '1ms' } },
    { at: 1.0, for: 3, 'cpu-pressure': { node: 'r1', share: '50%' } },
    { at: 1.1, for: 5, 'memory-pressure': { node: 'r1', service: 'ospfd', headroom: '1MiB' } },
    { at: 1.2, for: 1, restart: { node: 'r2', service: 'bgpd' } },
    { at: 1.3, for: 1, 'bgp-reset': { node: 'r1' } },
    { at: 1.3, for: 2, 'black-hole': { link: 'to-h2' } },
    { at: 1.4, for: 1, 'carrier-loss': { link: 'to-r1' } },
    { at: 1.5, for: 1, 'admin-down': { end: 'r2:eth1' } },
    { at: 1.6, for: 3, partition: { groups: [['h1', 'r1'], ['h2', 'r2']] } },
    { at: 1.7, for: 3, storm: { ...atH1, of: 'broadcast', rate: '100/s' } },
    { at: 1.8, for: 3, 'superior-bpdu': { ...atH1, hello: '1s' } },
    { at: 1.9, for: 3, 'topology-change': { ...atH1, every: '500ms' } },
    { at: 2.0, for: 3, 'rogue-vrrp': { ...atH1, group: 51, source: '10.0.0.9', addresses: VIP } },
    { at: 2.1, for: 3, 'duplicate-ip': { ...atH1, address: '10.0.0.12' } },
    { at: 2.2, for: 3, 'mac-flapping': { ...atH1, of: 'h2:eth1' } },
    { at: 2.3, for: 3, loop: { deaf: 'sw-b:eth2' } },
    { at: 4.5, for: 1, 'node-pause': { node: 'r2' } },
    { at: 4.6, for: 1, 'node-stop': { node: 'h1' } },
  ]; // prettier-ignore
}

const VIP = '10.0.0.254';
const ADD = ['ip', 'address', 'add', '10.7.7.7/32', 'dev', 'lo'];
const DELETE = ['ip', 'address', 'del', '10.7.7.7/32', 'dev', 'lo'];

const kindOf = ({ at: _at, for: _for, ...fault }: Step): string => Object.keys(fault)[0] ?? '';

/** The kinds of faults in it. */
export const everyKindNames: readonly string[] = stepsOf(false).map(kindOf);

/** A scenario of a few seconds with every kind of fault, most of them at once. `netem`: also what needs it. */
export function everyKind(netem: boolean): object {
  return {
    name: 'every-kind',
    lab: { file: fileURLToPath(new URL('../fault/switched/switched.clab.yml', import.meta.url)) },
    observe: { wires: { link: {} } },
    probes: { there: { icmp: { from: 'h1', to: 'h2', rate: '10/s' } } },
    ready: { within: '60s', that: ['wires.up'] },
    settled: ['wires.up'],
    timeline: stepsOf(netem).map(({ at, for: length, ...fault }) => ({
      id: Object.keys(fault)[0],
      at: `${at * 1000}ms`,
      for: `${length}s`,
      ...fault,
    })),
    recovery: '100ms',
  };
}
