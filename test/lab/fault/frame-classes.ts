import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { ProtocolClass } from '../../../src/wire/want.ts';
import type { MeasuredScenario } from './measured.ts';
import type { RunEvents } from './run-events.ts';

/** Sorts of frames on the wire of r2, no frame in two of them: by whom they are told apart is tcpdump (pcap-filter(7)). */
export const SORTS = {
  bpdu: 'stp',
  vrrp: 'ip proto 112',
  'ospf hello': 'ip proto 89 and ip[21] = 1',
  'ospfv3 hello': 'ip6 proto 89 and ip6[41] = 1',
  'ospf update': 'ip proto 89 and ip[21] = 4',
  bfd: 'udp dst port 3784',
  bgp: 'tcp port 179',
  'other tcp': 'tcp port 5201',
  'arp request': 'arp[6:2] = 1 and arp[14:4] != arp[24:4]',
  'arp reply': 'arp[6:2] = 2 and arp[14:4] != arp[24:4]',
  'gratuitous arp': 'arp[14:4] = arp[24:4]',
  igmp: 'igmp',
  mld: 'ip6[6] = 0 and ip6[48] = 143',
  corosync: 'udp dst port 5405',
  'other udp': 'udp dst port 7777',
  ping: 'icmp and ip[2:2] < 1000',
  'large ping': 'icmp and ip[2:2] > 1000',
  ping6: 'icmp6 and (ip6[40] = 128 or ip6[40] = 129)',
} as const;

export type Sort = keyof typeof SORTS;

export interface ClassCase {
  readonly name: string;
  /** as `match:` of impair, or the parameters of drop */
  readonly match: Readonly<Record<string, unknown>>;
  /** the sorts that are in the class; every other one passes */
  readonly inside: readonly Sort[];
  /** those of them that r2 sends, where that is less */
  readonly insideBack?: readonly Sort[];
  /** what nobody says when these are lost both ways */
  readonly unsaid?: readonly Sort[];
  /** slots until TCP has found its way back: its timeouts double while nothing arrives */
  readonly rest?: number;
}

const V6: readonly Sort[] = ['ospfv3 hello', 'mld', 'ping6'];
const NOT_V4: readonly Sort[] = [...V6, 'bpdu', 'arp request', 'arp reply', 'gratuitous arp'];
const V4 = (Object.keys(SORTS) as Sort[]).filter((sort) => !NOT_V4.includes(sort));

const PROTOCOLS: Readonly<Record<ProtocolClass, Omit<ClassCase, 'name' | 'match'>>> = {
  bpdu: { inside: ['bpdu'] },
  vrrp: { inside: ['vrrp'] },
  ospf: { inside: ['ospf hello', 'ospfv3 hello', 'ospf update'] },
  'ospf-hello': { inside: ['ospf hello', 'ospfv3 hello'] },
  bfd: { inside: ['bfd'] },
  bgp: { inside: ['bgp'], rest: 2 },
  arp: { inside: ['arp request', 'arp reply', 'gratuitous arp'] },
  'arp-request': { inside: ['arp request', 'gratuitous arp'], unsaid: ['arp reply'] },
  'arp-reply': { inside: ['arp reply'] },
  garp: { inside: ['gratuitous arp'] },
  igmp: { inside: ['igmp'] },
  mld: { inside: ['mld'] },
  corosync: { inside: ['corosync'] },
  icmp: { inside: ['ping', 'large ping', 'ping6', 'mld'] },
  tcp: { inside: ['bgp', 'other tcp'], rest: 2 },
  udp: { inside: ['bfd', 'corosync', 'other udp'] },
  ipv4: { inside: V4, rest: 2 },
  ipv6: { inside: V6 },
  broadcast: { inside: ['arp request', 'gratuitous arp'], unsaid: ['arp reply'] },
  multicast: {
    inside: ['bpdu', 'vrrp', 'ospf hello', 'ospfv3 hello', 'ospf update', 'igmp', 'mld'],
  },
};

const toR2 = { source: '10.0.0.1', destination: '10.0.0.2', protocol: 'udp' };

export const CLASS_CASES: readonly ClassCase[] = [
  ...Object.entries(PROTOCOLS).map(([protocol, rest]) => ({
    name: protocol,
    match: { protocol },
    ...rest,
  })),
  {
    name: 'a flow',
    match: { flow: { ...toR2, 'destination-port': 7777 } },
    inside: ['other udp'],
    insideBack: [],
  },
  { name: 'large packets', match: { 'larger-than': '1000B' }, inside: ['large ping'] },
];

/** Two slots each: dropped toward r2; then both ways, by netem, to which they are steered. */
export const SLOT_S = 2;
const FIRST_S = 10;
/** without faults: what is there at all */
const QUIET_SLOTS = 2;

/** The first slot of each case. */
export const firstSlots: readonly number[] = CLASS_CASES.map(
  (_, k) => QUIET_SLOTS + CLASS_CASES.slice(0, k).reduce((sum, { rest = 0 }) => sum + 2 + rest, 0),
);
const slots = (firstSlots.at(-1) ?? 0) + 2;

/** What tcpdump heard on an interface, a line per sort: the number of frames in each slot, + for ten and more. */
const COUNT = [
  ...Object.entries(SORTS).map(
    ([sort, filter]) =>
      `tcpdump -nttr /run/heard '${filter}' 2>/dev/null | awk -v first=$(cat /run/first) -v name='${sort}' '
    { at = ($1 - first) / ${SLOT_S}; into = at - int(at); if (at > 0 && into > 0.03 && into < 0.97) n[int(at)]++ }
    END { for (k = 0; k < ${slots}; k++) row = row (n[k] > 9 ? "+" : n[k] + 0); print name ":" row }'`,
  ),
].join('\n');

const step = (id: string, atS: number, as: string, argv: readonly string[], rc = 0): object => ({
  id,
  at: `${atS}s`,
  act: { as, argv, rc, within: '10m' },
});

function listen(where: string, as: string, device: string): readonly object[] {
  const tcpdump = ['tcpdump', '-ni', device, '-Q', 'in', '-Z', 'root', '-s', '128', '-w'];
  const forS = String(slots * SLOT_S + 4);
  const until = ['timeout', '--signal', 'INT', forS];
  return [
    step(`listen-${where}`, FIRST_S - 2, as, [...until, ...tcpdump, '/run/heard'], 124),
    step(`first-${where}`, FIRST_S, as, ['sh', '-c', 'date +%s.%N >/run/first']),
    step(where, FIRST_S + slots * SLOT_S + 5, as, ['bash', '-c', COUNT]),
  ];
}

const TCP = 'iperf3 --client 10.0.0.1 --time 600 --bitrate 8k --length 200';

/** Each class is hit in its slots, and what r2 and its switch hear is counted. */
const scenario: object = {
  name: 'frame-classes',
  lab: {
    file: fileURLToPath(new URL('switched/switched.clab.yml', import.meta.url)),
  },
  probes: { there: { icmp: { from: 'r1', to: 'r2', rate: '2/s' } } },
  ready: { within: '60s', hold: '2s', that: ['there.ok'] },
  timeline: [
    step('speak-r1', 1, 'r1', ['sh', '-c', 'bash /usr/local/bin/speak 1 2 >/dev/null 2>&1 &']),
    step('speak-r2', 1, 'r2', ['sh', '-c', 'bash /usr/local/bin/speak 2 1 >/dev/null 2>&1 &']),
    step('tcp-server', 2, 'r1', ['iperf3', '--server', '--daemon']),
    step('tcp', 3, 'r2', ['sh', '-c', `${TCP} </dev/null >/dev/null 2>&1 &`]),
    ...listen('toward', 'r2', 'eth1'),
    ...listen('back', 'sw-b', 'eth4'),
    ...CLASS_CASES.flatMap(({ match }, k) => {
      const atS = FIRST_S + (firstSlots[k] ?? 0) * SLOT_S;
      const loss = { gemodel: { p: '50%', r: '50%', 'loss-bad': '100%', 'loss-good': '100%' } };
      return [
        {
          id: `drop-${k}`,
          at: `${atS}s`,
          for: `${SLOT_S}s`,
          drop: { link: 'to-r2', toward: 'r2', ...match },
        },
        {
          id: `impair-${k}`,
          at: `${atS + SLOT_S}s`,
          for: `${SLOT_S}s`,
          impair: { link: 'to-r2', match, loss },
        },
      ];
    }),
  ],
  recovery: '5s',
};

type Heard = ReadonlyMap<Sort, readonly number[]>;

function heard(run: RunEvents, where: 'toward' | 'back'): Heard {
  const lines = run.told(where).trimEnd().split('\n');
  const rows = lines.map((line): [Sort, number[]] => {
    const [sort, row = ''] = line.split(':');
    return [sort as Sort, row.split('').map((digit) => (digit === '+' ? 10 : Number(digit)))];
  });
  assert.equal(rows.length, Object.keys(SORTS).length, run.told(where));
  return new Map(rows);
}

/** The sorts of which nothing was heard in a slot. */
const silent = (rows: Heard, slot: number): readonly Sort[] =>
  [...rows].filter(([, counts]) => (counts[slot] ?? 0) === 0).map(([sort]) => sort);

const sorted = (sorts: readonly Sort[]): readonly Sort[] => [...sorts].sort();

export const frameClasses: MeasuredScenario = {
  name: 'classes of frames',
  scenario,
  measures: [
    {
      kind: 'drop',
      about: 'without a fault tcpdump hears every sort, from daemons of FRR, keepalived, a bridge',
      check: (run) => {
        for (let slot = 0; slot < QUIET_SLOTS; slot++) {
          assert.deepEqual(silent(heard(run, 'toward'), slot), []);
          assert.deepEqual(silent(heard(run, 'back'), slot), ['bpdu']);
        }
      },
    },
    ...CLASS_CASES.flatMap(({ name, inside, insideBack = inside, unsaid = [] }, k) => {
      const slot = firstSlots[k] ?? 0;
      return [
        {
          kind: 'drop',
          about: `${name}, one way: tcpdump misses these and no others, and hears them the other way`,
          check: (run: RunEvents): void => {
            assert.deepEqual(sorted(silent(heard(run, 'toward'), slot)), sorted(inside));
            const back = silent(heard(run, 'back'), slot);
            const heardBack = inside.filter((sort) => !back.includes(sort));
            assert.ok(heardBack.length > 0 || name === 'bpdu' || name === 'arp-reply');
          },
        },
        {
          kind: 'impair',
          about: `${name}, both ways: tcpdump misses these and no others`,
          check: (run: RunEvents): void => {
            const toward = [...inside, ...unsaid];
            assert.deepEqual(sorted(silent(heard(run, 'toward'), slot + 1)), sorted(toward));
            const back = new Set<Sort>([...insideBack, ...unsaid, 'bpdu']);
            assert.deepEqual(sorted(silent(heard(run, 'back'), slot + 1)), sorted([...back]));
          },
        },
      ];
    }),
  ],
};
