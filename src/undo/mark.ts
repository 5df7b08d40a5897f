import { readProcess, type ProcessSeen } from '../host/processes.ts';
import type { ContainerMark, NodeMark, ProcessMark } from './undo-act.ts';

/** By what another process finds it again, and no later one with the same pid. */
export function processMark({ pid, startTicks, command }: ProcessSeen): ProcessMark {
  return { pid, startTicks, command };
}

interface MarkableNode {
  readonly name: string;
  /** null: it has no process of its own */
  readonly initPid: number | null;
  readonly container?: ContainerMark;
}

/** By what another process finds a node again. */
export function markOf({ name, initPid, container }: MarkableNode): NodeMark {
  const init = initPid === null ? undefined : readProcess(initPid);
  return {
    name,
    init: init === undefined ? null : processMark(init),
    ...(container !== undefined && { container }),
  };
}
