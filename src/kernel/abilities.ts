import { spawnSync } from 'node:child_process';
import { SYSTEM_PATH } from './find-program.ts';
import { hostIsolation, type Isolation } from './host-isolation.ts';

/** What the host's kernel lets this user do. Each is tried, in a namespace of its own: versions say nothing. */
export interface Abilities {
  /** how namespaces can be had; null where they can't */
  readonly namespaces: Isolation['who'] | null;
  readonly veth: boolean;
  readonly bridge: boolean;
  /** packet scheduler that delays, loses, reorders */
  readonly netem: boolean;
  /** nftables at a device's ingress, with forwarding to another: what every wire is made of */
  readonly nftNetdev: boolean;
  /** why a try failed, as the tool said it */
  readonly said: Readonly<Record<string, string>>;
}

const TRIES = ['veth', 'bridge', 'netem', 'nftNetdev'] as const;

/** Names of two letters and a digit: shorter ones abbreviate keywords of ip(8). */
const SCRIPT = `
attempt() { name=$1; shift; said=$("$@" 2>&1) && echo "$name yes" || echo "$name no $said" | tr '\\n' ' '; echo; }
ruleset='table netdev t { chain c { type filter hook ingress device "cw0" priority 0; fwd to "cw1"; }; }'
attempt veth ip link add cw0 type veth peer name cw1
attempt bridge ip link add cb0 type bridge
attempt netem tc qdisc add dev cw0 root netem delay 1ms loss random 1%
attempt nftNetdev nft "$ruleset"
`;

/** Takes about 30 ms. */
export function abilities(): Abilities {
  const isolation = hostIsolation();
  const answers = isolation === undefined ? new Map<string, string>() : attempts(isolation);
  const yes = (name: string): boolean => answers.get(name) === 'yes';
  const said = TRIES.filter((name) => !yes(name)).map((name) => {
    const answer = answers.get(name) ?? 'no namespace to try it in';
    return [name, answer.replace(/^no /, '').trim()] as const;
  });
  return {
    namespaces: isolation?.who ?? null,
    veth: yes('veth'),
    bridge: yes('bridge'),
    netem: yes('netem'),
    nftNetdev: yes('nftNetdev'),
    said: Object.fromEntries(said),
  };
}

function attempts(isolation: Isolation): Map<string, string> {
  const [program, ...argv] = isolation.enter;
  const result = spawnSync(program, [...argv, 'sh', '-c', SCRIPT], {
    encoding: 'utf8',
    env: { PATH: SYSTEM_PATH, LC_ALL: 'C' },
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  const lines = result.stdout.split('\n').filter((line) => line.includes(' '));
  return new Map(lines.map((line) => [line.split(' ', 1)[0] ?? '', line.replace(/^\S+ /, '')]));
}
