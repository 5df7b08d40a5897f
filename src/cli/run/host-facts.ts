import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the host's network and kernel are set to, as lines of text by what they are about; each begins with the device
 * that it is on, where it is on one. A part that this user may not read, or that has no tool here, is left out.
 */
export type HostFacts = Readonly<Record<string, readonly string[]>>;

/** Interfaces of ours belong into a sandbox, never onto the host. */
export const OUR_INTERFACE: RegExp = /^(cw-|chaos|w\d+[ab]$)/;

type Json = Readonly<Record<string, unknown>>;

export function readHostFacts(): HostFacts {
  const qdiscs = json(['tc', '-j', 'qdisc', 'show']);
  const parts: Readonly<Record<string, readonly string[] | undefined>> = {
    link: json(['ip', '-j', '-d', 'link', 'show'])?.map(linkLine),
    address: json(['ip', '-j', 'address', 'show'])?.flatMap(addressLines),
    route: both('route', 'table', 'all')?.map(routeLine),
    rule: both('rule')?.map((rule) => JSON.stringify(rule)),
    qdisc: qdiscs?.map((qdisc) => deviceLine(qdisc, 'dev')),
    filter: qdiscs?.flatMap(filterLines),
    nft: json(['nft', '-j', 'list', 'ruleset'], 'nftables')?.flatMap(nftLines),
    sysctl: SYSCTLS.flatMap(sysctlLines),
    mount: mountLines(),
  };
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, lines]) =>
      lines === undefined ? [] : [[name, [...new Set(lines)].sort()]],
    ),
  );
}

/** What is different: '- route eth0 default via 10.0.0.1', '+ qdisc eth0 ...'. */
export function changesOfHost(before: HostFacts, after: HostFacts): readonly string[] {
  return Object.entries(before).flatMap(([name, old]) => {
    const now = after[name] ?? [];
    const known = devicesOf(before);
    const gone = old.filter((line) => !now.includes(line));
    const added = now.filter((line) => !old.includes(line) && isAccountable(name, line, known));
    return [
      ...gone.map((line) => `- ${name} ${line}`),
      ...added.map((line) => `+ ${name} ${line}`),
    ];
  });
}

function devicesOf(facts: HostFacts): readonly string[] {
  return (facts['link'] ?? []).map((line) => line.split(' ')[0] ?? '');
}

/**
 * Others work on this machine too: what they make new (an interface and all that is on it, a mount, a table of rules)
 * is not ours unless it bears our name. What was there before is everybody's.
 */
function isAccountable(name: string, line: string, known: readonly string[]): boolean {
  if (line.includes('chaos')) return true;
  if (name === 'mount' || name === 'nft') return false;
  if (name === 'sysctl' || name === 'rule') return true;
  const device = line.split(' ')[0] ?? '';
  return known.includes(device) || OUR_INTERFACE.test(device) || device === '-';
}

function json(argv: readonly string[], member?: string): readonly Json[] | undefined {
  const [program = '', ...args] = argv;
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 27 });
  if (status !== 0) return undefined;
  try {
    const value = JSON.parse(stdout === '' ? '[]' : stdout) as unknown;
    return (member === undefined ? value : (value as Json)[member]) as readonly Json[];
  } catch {
    return undefined;
  }
}

function both(...what: readonly string[]): readonly Json[] | undefined {
  const [v4, v6] = ['-4', '-6'].map((family) => {
    const [object = '', ...more] = what;
    return json(['ip', family, '-j', object, 'show', ...more]);
  });
  return v4 && v6 && [...v4, ...v6];
}

/** without what a cable does by itself: carrier, operational state, counters */
function linkLine(link: Json): string {
  const flags = (link['flags'] as readonly string[]).filter(
    (flag) => flag === 'UP' || flag === 'PROMISC',
  );
  const kind = (link['linkinfo'] as Json | undefined)?.['info_kind'];
  return words(
    link['ifname'],
    kind,
    flags.join(','),
    `mtu ${String(link['mtu'])}`,
    link['address'],
    link['master'],
    link['qdisc'],
  );
}

/** without lifetimes, which run */
function addressLines(link: Json): readonly string[] {
  return (link['addr_info'] as readonly Json[]).map((info) =>
    words(
      link['ifname'],
      `${String(info['local'])}/${String(info['prefixlen'])}`,
      info['scope'],
      info['label'],
    ),
  );
}

/** without what the kernel counts or times (cache entries, expiry) */
function routeLine(route: Json): string {
  const { dev = '-', ...rest } = route;
  const kept = [
    'type',
    'dst',
    'gateway',
    'table',
    'protocol',
    'scope',
    'prefsrc',
    'metric',
    'nexthops',
  ];
  return words(
    dev,
    ...kept.map((key) => (typeof rest[key] === 'object' ? JSON.stringify(rest[key]) : rest[key])),
  );
}

function deviceLine(object: Json, key: string): string {
  const { [key]: device, refcnt: _, ...rest } = object;
  return words(device, JSON.stringify(rest));
}

const CLASSFUL: readonly unknown[] = [
  'clsact',
  'ingress',
  'htb',
  'hfsc',
  'prio',
  'drr',
  'cbq',
  'qfq',
  'ets',
];

function filterLines(qdisc: Json): readonly string[] {
  if (!CLASSFUL.includes(qdisc['kind'])) return [];
  const device = String(qdisc['dev']);
  const where =
    qdisc['kind'] === 'clsact'
      ? ['ingress', 'egress']
      : qdisc['kind'] === 'ingress'
        ? ['ingress']
        : [''];
  return where.flatMap((side) => {
    const found = json([
      'tc',
      '-j',
      'filter',
      'show',
      'dev',
      device,
      ...(side === '' ? [] : [side]),
    ]);
    return (found ?? []).map((filter) => words(device, side, JSON.stringify(filter)));
  });
}

/** without handles and counters, and what sets learn from packets */
function nftLines(object: Json): readonly string[] {
  if ('metainfo' in object) return [];
  return [
    JSON.stringify(object, (key, value: unknown) =>
      ['handle', 'packets', 'bytes', 'index', 'elem'].includes(key) ? undefined : value,
    ),
  ];
}

const SYSCTLS: readonly string[] = [
  'net/core', 'net/ipv4', 'net/ipv4/conf/all', 'net/ipv4/conf/default', 'net/ipv6/conf/all',
  'net/ipv6/conf/default', 'kernel', 'vm',
]; // prettier-ignore

/** these change by themselves */
const RESTLESS: readonly string[] = ['kernel/ns_last_pid', 'kernel/perf_event_max_sample_rate'];

function sysctlLines(directory: string): readonly string[] {
  const path = join('/proc/sys', directory);
  return entriesOf(path).flatMap((name) => {
    const key = `${directory}/${name}`;
    if (RESTLESS.includes(key)) return [];
    try {
      return [`${key} = ${readFileSync(join(path, name), 'utf8').trim()}`];
    } catch {
      return []; // a directory, or write-only
    }
  });
}

function entriesOf(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function mountLines(): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [mounted = '', described = ''] = line.split(' - ');
      return words(mounted.split(' ')[4], described);
    });
}

function words(...parts: readonly unknown[]): string {
  return parts
    .filter((part) => part !== undefined && part !== '')
    .map((part) => String(part))
    .join(' ');
}
