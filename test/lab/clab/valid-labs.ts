import fc from 'fast-check';
import type { DocumentValue, LabDocument } from '../../../src/lab/clab/document.ts';
import { text } from '../../unit/lab/clab/lab-arbitraries.ts';

type Map = Record<string, DocumentValue>;

const texts = fc.array(text, { maxLength: 3 });
const textMap = fc.dictionary(
  fc.stringMatching(/^[A-Za-z][\w.-]{0,6}$/),
  text,
  { maxKeys: 3, noNullPrototype: true },
); // prettier-ignore
/** what containerlab's shlex can split */
const command = fc.constantFrom(
  'ip addr add 10.0.0.1/24 dev eth1',
  'sh -c "ip route | grep $VIA > >(cat)"',
  "bash -c 'echo ${X:-y} {{ not a template }} | tee /tmp/x'",
  'echo yes # no',
);

/** Keys whose values containerlab looks at when it validates, with values that it takes. */
const node: fc.Arbitrary<Map> = fc.record(
  {
    kind: fc.constantFrom('linux', 'Linux'),
    image: fc.constantFrom('alpine', 'quay.io/frrouting/frr:10.5.1', 'x:1.10'),
    group: fc.constantFrom('g', 'not-defined'),
    type: text,
    position: text,
    hostname: fc.constantFrom('h1', '010'),
    user: fc.constantFrom('root', '0'),
    entrypoint: command,
    cmd: command,
    exec: fc.array(command, { maxLength: 3 }),
    env: textMap,
    labels: textMap,
    sysctls: fc.constant({ 'net.ipv4.ip_forward': '1' }),
    tmpfs: fc.constant({ '/tmp': 'size=1m' }),
    ports: fc.constantFrom(['8080:80'], ['127.0.0.1:5:5/udp']),
    volumes: fc.constantFrom(['/data'], ['named:/data:ro']),
    devices: texts,
    'cap-add': texts,
    'security-opts': texts,
    aliases: texts,
    'startup-delay': fc.nat(9),
    'auto-remove': fc.boolean(),
    privileged: fc.boolean(),
    'restart-policy': fc.constantFrom('no', 'on-failure', 'always', 'unless-stopped'),
    'image-pull-policy': fc.constantFrom('Always', 'never', 'IfNotPresent'),
    'link-apply-mode': fc.constantFrom('live', 'restart', 'recreate'),
    cpu: fc.constantFrom(0.5, 2),
    memory: fc.constantFrom('1Gb', '010'),
    dns: fc.record({ servers: fc.constant(['9.9.9.9']), search: texts }, { noNullPrototype: true }),
    certificate: fc.record(
      { issue: fc.boolean(), 'validity-duration': fc.constantFrom('10h', '5m') },
      { noNullPrototype: true },
    ),
    healthcheck: fc.record(
      { test: fc.constant(['CMD-SHELL', 'true']), interval: fc.nat(9), retries: fc.nat(9) },
      { noNullPrototype: true },
    ),
    config: fc.record({ vars: textMap }, { noNullPrototype: true }),
    stages: fc.record(
      {
        configure: fc.record(
          { exec: fc.array(fc.record({ command }, { noNullPrototype: true }), { maxLength: 2 }) },
          { noNullPrototype: true },
        ),
      },
      { noNullPrototype: true },
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** One link of each way of writing one; `n` makes its interfaces its own. */
function linkOf(style: number, n: number): Map {
  const eth = `eth${n + 1}`;
  const a = { node: 'a', interface: eth };
  const b = { node: 'b', interface: eth };
  switch (style) {
    case 0:
      return { endpoints: [`a:${eth}`, `b:${eth}`], mtu: 1500, vars: { chaos: { name: `l${n}` } } };
    case 1:
      return {
        type: 'veth',
        endpoints: [{ ...a, mac: '02:00:00:00:00:01' }, b],
        labels: { x: '1' },
      };
    case 2:
      return { type: 'veth-stitch', endpoints: [a, { ...b, ipv4: '10.0.0.1/31' }] };
    case 3:
      return { type: 'host', endpoint: a, 'host-interface': `h${n}` };
    case 4:
      return { type: 'dummy', endpoint: a };
    case 5:
      return { type: 'vxlan', endpoint: a, remote: '10.9.9.9', vni: n + 1, 'dst-port': 4789 };
    case 6:
      return { type: 'vxlan-stitch', endpoint: b, remote: '10.9.9.9', vni: n + 1 };
    case 7:
      return { endpoints: [`a:${eth}`, `mgmt-net:m${n}`] };
    case 8:
      return { endpoints: [`sw:p${n}`, `b:${eth}`], ipv4: ['', '10.0.0.2/24'] };
    default:
      return { type: 'mgmt-net', endpoint: b, 'host-interface': `m${n}` };
  }
}

/** Labs that containerlab must take: nothing in them is wrong. */
export const validLab: fc.Arbitrary<LabDocument> = fc
  .record({
    name: fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,10}$/),
    prefix: fc.constantFrom(undefined, '', 'p', '__lab-name'),
    mgmt: fc.constantFrom(undefined, { network: 'n', 'ipv4-subnet': '10.254.0.0/24', mtu: 1400 }),
    defaults: node,
    group: node,
    a: node,
    b: node,
    styles: fc.array(fc.nat(9), { maxLength: 5 }),
  })
  .map(({ name, prefix, mgmt, defaults, group, a, b, styles }) => ({
    name,
    ...(prefix !== undefined && { prefix }),
    ...(mgmt !== undefined && { mgmt }),
    topology: {
      defaults,
      kinds: { linux: { image: 'alpine' } },
      groups: { g: { ...group, kind: 'linux' } },
      nodes: {
        a: { ...a, kind: 'linux', 'network-mode': 'none' },
        b: { ...b, kind: 'linux' },
        sw: { kind: 'bridge' },
      },
      links: styles.map(linkOf),
    },
  }));
