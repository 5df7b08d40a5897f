import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { argvOf, processesBeside } from '../../host/processes.ts';
import { pathInRoot } from '../../host/path-in-root.ts';
import type { AttachedLab } from '../../lab/topology.ts';
import { dockerAt } from '../../undo/docker.ts';

const run = promisify(execFile);

/**
 * What a node of a lab that runs already is like: everything that a fault could have left. Counters are left out, and
 * what daemons write by themselves: routes of routing protocols, their own files under /run, /var/log and /tmp.
 */
export type NodeState = Readonly<Record<string, string>>;

export type NodeStates = ReadonlyMap<string, NodeState>;

/** Read in the node's network namespace; what is asked for is one line of the report each. */
const LOOKS: Readonly<Record<string, string>> = {
  'rules of nftables': 'nft --stateless list ruleset',
  'queueing disciplines':
    'tc qdisc show; for i in /sys/class/net/*; do tc filter show dev ${i##*/}; done',
  links: 'ip -details link show',
  addresses: "ip address show | sed 's/valid_lft.*//'",
  routes:
    "for f in -4 -6; do ip $f route show table all proto boot; ip $f route show table all proto static; ip $f route show table all proto kernel; done | sed 's/ expires [0-9]*sec//'",
  'rules of routing': 'ip -4 rule show; ip -6 rule show',
  'kernel settings':
    "grep -r '' /proc/sys/net/ipv4 /proc/sys/net/ipv6 2>/dev/null | grep -v -e stable_secret -e /route/ | sort",
};

const BYTES = 64 << 20;
/** written by daemons as they go */
const THEIR_OWN = /^\/(?:run|tmp|var\/(?:run|log|tmp|lib\/frr))(?:\/|$)/u;
const LARGEST_FILE_BYTES = 1 << 20;

export async function readNodeStates(lab: AttachedLab): Promise<NodeStates> {
  const docker = await dockerAt(`unix://${lab.socket}`);
  const states = new Map<string, NodeState>();
  for (const { name, container } of lab.nodes) {
    const handle = docker.getContainer(container);
    const { State } = await handle.inspect();
    if (!State.Running) {
      states.set(name, { container: State.Status });
      continue;
    }
    const changes = ((await handle.changes()) ?? []) as readonly { readonly Path: string }[];
    states.set(name, await readNodeState(State.Pid, changes));
  }
  return states;
}

async function readNodeState(
  pid: number,
  changes: readonly { readonly Path: string }[],
): Promise<NodeState> {
  const looked = await Promise.all(
    Object.entries(LOOKS).map(async ([what, command]) => {
      const argv = [`--net=/proc/${String(pid)}/ns/net`, 'sh', '-c', command];
      return [what, (await run('nsenter', argv, { maxBuffer: BYTES })).stdout] as const;
    }),
  );
  const mounts = readFileSync(`/proc/${String(pid)}/mountinfo`, 'utf8').split('\n');
  return {
    container: `running, pid ${String(pid)}`,
    ...Object.fromEntries(looked),
    mounts: mounts.map((line) => line.split(' ').slice(3).join(' ')).join('\n'),
    processes: processesOf(pid).join('\n'),
    files: filesOf(pid, changes).join('\n'),
  };
}

/** Command lines, each once: who has just been started again is who he was. */
function processesOf(pid: number): readonly string[] {
  const all = processesBeside(pid).map(
    (one) => `${argvOf(one.pid).join(' ').trim()}${stopped(one.state)}`,
  );
  return [...new Set(all)].filter((line) => line !== '').sort();
}

function stopped(state: string): string {
  return state === 'T' ? ' (stopped)' : '';
}

/** What differs from the image, with what is in it. */
function filesOf(pid: number, changes: readonly { readonly Path: string }[]): readonly string[] {
  const paths = changes.map(({ Path }) => Path).filter((path) => !THEIR_OWN.test(path));
  return paths
    .sort()
    .map((path) => `${path} ${digestOf(pathInRoot(`/proc/${String(pid)}/root`, path))}`);
}

function digestOf(path: string): string {
  try {
    const { mode, uid, gid, size } = lstatSync(path);
    const about = [mode.toString(8), uid, gid].join(' ');
    if ((mode & 0o170000) !== 0o100000 || size > LARGEST_FILE_BYTES) return about;
    return `${about} ${createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)}`;
  } catch {
    return 'is gone';
  }
}

/** 'r1: queueing disciplines: + qdisc tbf ca01: ...': what is not as it was. */
export function changesOfNodes(before: NodeStates, after: NodeStates): readonly string[] {
  return [...before].flatMap(([node, old]) => {
    const current = after.get(node) ?? {};
    return Object.keys({ ...old, ...current }).flatMap((what) => {
      const lines = changedLines(old[what] ?? '', current[what] ?? '');
      return lines.length === 0 ? [] : [`${node}: ${what}: ${lines.join('; ')}`];
    });
  });
}

const MOST_LINES = 4;

function changedLines(before: string, after: string): readonly string[] {
  if (before === after) return [];
  const [old, current] = [before.split('\n'), after.split('\n')];
  const lines = [
    ...old.filter((line) => !current.includes(line)).map((line) => `- ${line.trim()}`),
    ...current.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
  if (lines.length === 0) return ['in another order'];
  const rest = lines.length - MOST_LINES;
  return rest > 0 ? [...lines.slice(0, MOST_LINES), `and ${String(rest)} more`] : lines;
}
