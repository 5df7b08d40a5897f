/**
 * What undoes an act, as a value: it is in the journal before the act begins, so that the engine, the watchdog and
 * `chaos cleanup` undo by the same executor. Plain JSON. Every one of them bears being done again, and being done where
 * the act itself was never begun.
 */
export type UndoAct =
  | { readonly do: 'nothing' }
  | RunInNode
  | GoOn
  | Untrace
  | LimitAgain
  | FileAgain
  | SizeAgain
  | InterfaceAgain
  | TableGone
  | QdiscGone
  | ServiceAgain
  | PowerAgain
  | ContainerAgain
  | ContainersGone
  | DirectoriesGone
  | ControlGroupGone;

/** A process, and no later one with the same pid: proc(5), field `starttime` of /proc/<pid>/stat. */
export interface ProcessMark {
  readonly pid: number;
  readonly startTicks: string;
  /** for people */
  readonly command: string;
}

/** A container of the Docker that answers there: 'unix:///var/run/docker.sock'. */
export interface ContainerMark {
  readonly id: string;
  readonly docker: string;
}

/** A node such that another process finds it again, and never another one. */
export interface NodeMark {
  readonly name: string;
  /** its first process; null: it has none, and ends with the engine, which holds its namespaces open */
  readonly init: ProcessMark | null;
  /** it may have been started again since, and then has another first process */
  readonly container?: ContainerMark;
}

/** Run a command in a node. */
interface RunInNode {
  readonly do: 'run';
  readonly node: NodeMark;
  readonly argv: readonly string[];
  /** the exit code that it ends with when all is well */
  readonly rc: number;
  /** what people are told then; default: the command and what it said */
  readonly shown?: string;
  /** A command that changes nothing, and what it said before the act: when it says so again, there is nothing to do. */
  readonly look?: Look;
}

export interface Look {
  readonly argv: readonly string[];
  /** the order of its lines means nothing */
  readonly said: string;
  /** 'its configuration': that must be what it was afterwards, and whether it is decides instead of the exit code */
  readonly of?: string;
}

/** Let processes that stand still go on. */
interface GoOn {
  readonly do: 'go-on';
  readonly processes: readonly ProcessMark[];
  /** they were frozen in this control group, which is removed; null: by SIGSTOP */
  readonly group: FrozenGroup | null;
}

export interface FrozenGroup {
  readonly directory: string;
  /** where each came from, pid and directory; what they forked meanwhile goes where the first one goes */
  readonly homes: readonly (readonly [pid: number, directory: string])[];
}

/** End the strace of ours that holds these. */
interface Untrace {
  readonly do: 'untrace';
  readonly processes: readonly ProcessMark[];
}

/** Give a process the soft limit of its address space again: bytes or 'unlimited'. */
interface LimitAgain {
  readonly do: 'address-space';
  readonly node: string;
  readonly process: ProcessMark;
  readonly limit: string;
}

/** Give a file of a node its content again, or remove it. */
interface FileAgain {
  readonly do: 'file';
  readonly node: NodeMark;
  readonly path: string;
  /** null: there was none */
  readonly base64: string | null;
  /** directories that were made for it, the innermost first: removed when they are empty */
  readonly made: readonly string[];
  /** content for a while before: for a reader that takes no notice when the file is gone */
  readonly meanwhile?: { readonly text: string; readonly ms: number };
  /** a daemon that is told by SIGHUP */
  readonly reload?: { readonly service: string; readonly process: ProcessMark | null };
  /** what people are told; default: what the file is now */
  readonly shown?: string;
}

/** Give a tmpfs its size again. */
interface SizeAgain {
  readonly do: 'size';
  readonly node: NodeMark;
  /** what people know it by */
  readonly path: string;
  /** where it is mounted */
  readonly at: string;
  readonly bytes: number;
  /** whose mount namespace `at` is of; the engine's is gone with it, and the file system too */
  readonly in: 'node' | 'engine';
}

/** Raise an interface, and give back what Linux forgets of one that goes down. */
interface InterfaceAgain {
  readonly do: 'interface-up';
  readonly node: NodeMark;
  readonly interface: string;
  readonly index: number;
  /** messages of rtnetlink(7) without their heads, base64 */
  readonly addresses: readonly string[];
  readonly routes: readonly string[];
  /** it was down before: it stays so */
  readonly wasUp: boolean;
}

/** Remove a table of nftables from a node. */
interface TableGone {
  readonly do: 'remove-table';
  readonly node: NodeMark;
  /** family and name: 'inet chaos-dns-53053' */
  readonly table: string;
}

/** Remove a queueing discipline of ours from an interface of a node; one with another handle is not ours. */
interface QdiscGone {
  readonly do: 'remove-qdisc';
  readonly node: NodeMark;
  readonly interface: string;
  /** as the kernel has it: major number times 0x10000 */
  readonly handle: number;
  /** TC_ROOT, or of clsact: TC_CLSACT */
  readonly parent: number;
  /** of the interface, packets: the kernel raises it from 0 when it is given a qdisc */
  readonly queueLength?: number;
}

/** Start a daemon of ours in a node. Only the engine can: it knows how, and hears of its end. */
interface ServiceAgain {
  readonly do: 'start-service';
  readonly node: string;
  readonly service: string;
}

/** Turn a node on. Only the engine can: it has parked its links. */
interface PowerAgain {
  readonly do: 'turn-on';
  readonly node: string;
}

/** Ask Docker for a container's own state again. */
interface ContainerAgain {
  readonly do: 'container';
  readonly node: string;
  readonly container: ContainerMark;
  readonly want: 'started' | 'unpaused';
}

/** Remove every container and network with the label, 'chaos-run=<id>'. */
interface ContainersGone {
  readonly do: 'remove-containers';
  readonly docker: string;
  readonly label: string;
}

/** Remove directories of a run, with all that is in them. Each bears our name: chaos-... or clab-chaos-... */
interface DirectoriesGone {
  readonly do: 'remove-directories';
  readonly paths: readonly string[];
}

/** Remove a control group of ours, in every hierarchy, when what was in it has ended. It bears our name: chaos-... */
interface ControlGroupGone {
  readonly do: 'remove-control-group';
  readonly name: string;
}

export type UndoActOf<Name extends UndoAct['do']> = Extract<UndoAct, { readonly do: Name }>;

/** Can another process than the engine do it? */
export function isReplayable(act: UndoAct): boolean {
  if (act.do === 'size') return act.in === 'node';
  return act.do !== 'start-service' && act.do !== 'turn-on';
}
