import { setTimeout as wait } from 'node:timers/promises';
import type { StartedNode } from '../lab/lab.ts';
import type { BgpResetParams } from './bgp-reset.ts';
import { mustRun } from '../undo/in-node.ts';
import { VTYSH } from './frr-config-run.ts';
import { nodesOf, type InjectNodeFault } from './node-fault-run.ts';

const LOOKS = 20;
const LOOK_EVERY_MS = 50;

export const injectBgpReset: InjectNodeFault = async (context) => {
  const { neighbor } = context.fault.params as BgpResetParams;
  const shown: string[] = [];
  for (const node of nodesOf(context)) {
    const before = await droppedOf(node, neighbor);
    if (before.size === 0) throw new Error(`${node.name}: bgpd has no such neighbor`);
    await context.undo.step({
      about: `${node.name}: nothing is undone: sessions come back by themselves`,
      act: () => mustRun(node, [...VTYSH, '-c', `clear bgp ${neighbor}`]).then(() => undefined),
      undo: { do: 'nothing' },
    });
    shown.push(...(await untilDropped(node, neighbor, before, context.signal)));
  }
  return shown.join('; ');
};

/** How often each session has gone down, by neighbor: only of those that were up. */
async function droppedOf(
  node: StartedNode,
  neighbor: string,
): Promise<ReadonlyMap<string, number>> {
  const of = neighbor === '*' ? '' : ` ${neighbor}`;
  const { stdout } = await mustRun(node, [...VTYSH, '-c', `show bgp neighbors${of} json`]);
  const found = JSON.parse(stdout) as Readonly<Record<string, { connectionsDropped?: number }>>;
  return new Map(
    Object.entries(found).flatMap(([name, { connectionsDropped: n }]) =>
      n === undefined ? [] : [[name, n]],
    ),
  );
}

/** bgpd resets after it has answered. */
async function untilDropped(
  node: StartedNode,
  neighbor: string,
  before: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  for (let look = 1; ; look++) {
    const after = await droppedOf(node, neighbor);
    const changed = [...after].filter(([name, n]) => n > (before.get(name) ?? 0));
    if (changed.length > 0) {
      return changed.map(([name, n]) => `${node.name}: session with ${name} dropped (${n} times)`);
    }
    if (look === LOOKS) throw new Error(`${node.name}: no session was up to be reset`);
    await wait(LOOK_EVERY_MS, undefined, { signal });
  }
}
