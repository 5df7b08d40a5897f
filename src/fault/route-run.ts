import type { StartedNode } from '../lab/lab.ts';
import { markOf } from '../undo/mark.ts';
import { mustRun, shownOutput } from '../undo/in-node.ts';
import {
  changeConfig,
  commandsFor,
  readRunningConfig,
  without,
  type ConfigLine,
} from './frr-config-run.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import type { RouteParams } from './route.ts';

/** Before every table but the local one: whatever routes come and go, this is first. */
const RULE_PREFERENCE = '1';

export const injectRoute: InjectNodeFault = async (context) => {
  const { withdraw, leak, 'black-hole': hole } = context.fault.params as RouteParams;
  const shown: string[] = [];
  for (const node of nodesOf(context)) {
    if (withdraw !== undefined) shown.push(await withdrawIn(node, withdraw, context));
    if (leak !== undefined) shown.push(await leakIn(node, leak, context));
    if (hole !== undefined) shown.push(await blackHoleIn(node, hole, context));
  }
  return shown.join('; ');
};

async function blackHoleIn(
  node: StartedNode,
  prefix: string,
  { undo }: NodeFaultContext,
): Promise<string> {
  const rule = ['pref', RULE_PREFERENCE, 'to', prefix, 'blackhole'];
  const show = [...ip(prefix), 'rule', 'show', 'to', prefix];
  const rules = async (): Promise<string> => shownOutput(await mustRun(node, show));
  if ((await rules()) !== '')
    throw new Error(`${node.name}: ${prefix} has a rule: ${await rules()}`);
  await undo.step({
    about: `${node.name}: ip rule del ${rule.join(' ')}`,
    act: () => mustRun(node, [...ip(prefix), 'rule', 'add', ...rule]).then(() => undefined),
    undo: {
      do: 'run',
      node: markOf(node),
      argv: [...ip(prefix), 'rule', 'del', ...rule],
      rc: 0,
      shown: `${node.name}: ${prefix} has no rule`,
      look: { argv: show, said: '' },
    },
  });
  return `${node.name}: ${await rules()}`;
}

async function withdrawIn(
  node: StartedNode,
  prefix: string,
  context: NodeFaultContext,
): Promise<string> {
  const isRouter = node.services.some(({ name }) => name === 'zebra');
  const lines = isRouter ? announcementsOf(await readRunningConfig(node), prefix) : [];
  if (lines.length === 0) return withdrawFromKernel(node, prefix, context);
  return changeConfig(
    node,
    context,
    lines.flatMap((line) => commandsFor(without(line))),
    lines.flatMap((line) => commandsFor(line)),
  );
}

/** `network PREFIX ...` of any protocol, and static routes. */
function announcementsOf(config: readonly ConfigLine[], prefix: string): readonly ConfigLine[] {
  return config.filter(({ text }) => {
    const [word, second, third] = text.split(/\s+/u);
    if (word === 'network') return second === prefix;
    return (word === 'ip' || word === 'ipv6') && second === 'route' && third === prefix;
  });
}

/** Routes that somebody gave the node by hand. */
async function withdrawFromKernel(
  node: StartedNode,
  prefix: string,
  { undo }: NodeFaultContext,
): Promise<string> {
  // a line each: the next hops of one route are on lines of their own otherwise
  const show = [...ip(prefix), '-oneline', 'route', 'show', 'exact', prefix];
  const read = async (): Promise<string> => (await mustRun(node, show)).stdout;
  const routes = (await read()).split('\n').filter((line) => line.trim() !== '');
  if (routes.length === 0)
    throw new Error(`${node.name} neither announces ${prefix} nor has a route there`);
  const shown: string[] = [];
  for (const line of routes) {
    const words = wordsOf(line);
    await undo.step({
      about: `${node.name}: ip route add ${words.join(' ')}`,
      act: () => mustRun(node, [...ip(prefix), 'route', 'del', ...words]).then(() => undefined),
      undo: {
        do: 'run',
        node: markOf(node),
        argv: [...ip(prefix), 'route', 'add', ...words],
        rc: 0,
        shown: `${node.name}: ${words.join(' ')}`,
        look: { argv: show, said: await read() },
      },
    });
    shown.push(words.join(' '));
  }
  return `${node.name}: no route to ${prefix} (was ${shown.join(', ')})`;
}

/** What `ip route add` takes of what it shows: not the state of its next hops, nor where lines were joined. */
function wordsOf(line: string): readonly string[] {
  const words = line.trim().split(/\s+/u);
  return words.filter((word) => !/^(linkdown|dead|\\)$/u.test(word));
}

async function leakIn(
  node: StartedNode,
  prefix: string,
  context: NodeFaultContext,
): Promise<string> {
  const config = await readRunningConfig(node);
  const router = config.find(({ text }) => /^router bgp \d+/u.test(text))?.text;
  if (router === undefined) throw new Error(`${node.name}: bgpd has no 'router bgp'`);
  const family = `address-family ${prefix.includes(':') ? 'ipv6' : 'ipv4'} unicast`;
  const network: ConfigLine = { blocks: [router, family], text: `network ${prefix}` };
  if (announcementsOf(config, prefix).length > 0)
    throw new Error(`${node.name} announces ${prefix} already`);
  // without it only what is in the routing table is announced
  const unchecked: ConfigLine = { blocks: [router], text: 'no bgp network import-check' };
  const isChecked = !config.some(({ text }) => text === unchecked.text);
  const lines = [...(isChecked ? [unchecked] : []), network];
  return changeConfig(
    node,
    context,
    lines.flatMap((line) => commandsFor(line)),
    [...lines].reverse().flatMap((line) => commandsFor(without(line))),
  );
}

function ip(prefix: string): readonly string[] {
  return ['ip', prefix.includes(':') ? '-6' : '-4'];
}
