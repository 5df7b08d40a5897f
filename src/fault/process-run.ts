import { setTimeout as wait } from 'node:timers/promises';
import {
  descendants,
  isAlive,
  listProcesses,
  processesIn,
  readProcess,
  type ProcessSeen,
} from '../host/processes.ts';
import type { NodeService, StartedNode } from '../lab/lab.ts';
import type { UndoAct } from '../undo/undo-act.ts';
import type { ProcessTarget } from './process-target.ts';

/** How long a process may take to follow a signal that ends it. */
export const END_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 2;
/** TASK_COMM_LEN without its NUL, proc(5) */
const COMM_CHARS = 15;

/** '(pid 42)' */
export function pidText({ pid }: NodeService): string {
  return pid === null ? '(no process)' : `(pid ${pid})`;
}

/** @throws when the node has no such daemon */
export function serviceOf(node: StartedNode, name: string): NodeService {
  const service = node.services.find((each) => each.name === name);
  if (service === undefined) throw new Error(`${node.name} has no service '${name}'`);
  return service;
}

/**
 * The processes that are meant: a daemon's main process, or those of a name. By pid.
 * @throws when there is none: what hits nothing must not pass for done
 */
export function mainProcesses(
  node: StartedNode,
  { service, process: name }: ProcessTarget,
): readonly ProcessSeen[] {
  if (service !== undefined) {
    const { pid } = serviceOf(node, service);
    const found = pid === null ? undefined : readProcess(pid);
    if (found === undefined) throw new Error(`${node.name}: ${service} does not run`);
    return [found];
  }
  const comm = (name ?? '').slice(0, COMM_CHARS);
  const found = processesIn(node.netnsFd).filter(({ command }) => command === comm);
  if (found.length === 0) throw new Error(`${node.name}: no process '${name ?? ''}' runs`);
  return found;
}

/** The same with all that they have started. */
export function processTrees(node: StartedNode, target: ProcessTarget): readonly ProcessSeen[] {
  const all = listProcesses();
  const trees = mainProcesses(node, target).flatMap(({ pid }) => descendants(pid, all));
  return [...new Map(trees.map((each) => [each.pid, each])).values()];
}

/** True when it has ended within the time. */
export async function untilEnded(
  one: ProcessSeen,
  signal: AbortSignal,
  withinMs: number = END_WITHIN_MS,
): Promise<boolean> {
  for (let waitedMs = 0; isAlive(one); waitedMs += LOOK_EVERY_MS) {
    if (waitedMs >= withinMs) return false;
    await wait(LOOK_EVERY_MS, undefined, { signal });
  }
  return true;
}

/** What undoes the end of a daemon. */
export function startAgain({ name }: StartedNode, service: NodeService): UndoAct {
  return service.startAgain?.() ?? { do: 'start-service', node: name, service: service.name };
}

/** A daemon's handle learns of its end a moment after /proc does; a supervisor may have started it again by then. */
export async function untilKnownDead(
  service: NodeService,
  ended: readonly ProcessSeen[],
  signal: AbortSignal,
): Promise<void> {
  const isKnown = (): boolean => ended.every(({ pid }) => pid !== service.pid);
  for (let waitedMs = 0; !isKnown(); waitedMs += LOOK_EVERY_MS) {
    if (waitedMs >= END_WITHIN_MS) throw new Error(`${service.name} does not end`);
    await wait(LOOK_EVERY_MS, undefined, { signal });
  }
}
