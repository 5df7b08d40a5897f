import type { ChildProcess } from 'node:child_process';
import type { CommandResult, NodeExecOptions, NodeSpawnOptions } from '../host/commands.ts';
import type { Room } from '../wire/room.ts';
import type { ContainerMark, UndoAct } from '../undo/undo-act.ts';
import type { Topology, TopologyNode } from './topology.ts';

export type { CommandResult, NodeExecOptions, NodeSpawnOptions };

/** What makes a lab real. */
export interface LabDriver {
  readonly name: string;
  readonly about: string;
  start(topology: Topology, context: LabContext): Promise<StartedLab>;
}

export interface LabContext {
  readonly room: Room;
  /** binds are relative to it; logs/<node>/<service>.log are written under it */
  readonly runDirectory: string;
  readonly signal: AbortSignal;
  onEvent(event: LabEvent): void;
  /**
   * What a lab makes that does not end with its engine: written down with what removes it, before it is made. That is
   * done when the lab has been stopped, or by others when the engine has died.
   */
  journal?(about: string, undo: UndoAct): Promise<void>;
  /** commands that the run will give to a node, beside those of the lab file */
  commandsIn?(node: string): readonly (readonly string[])[];
  /** environment variables that a daemon gets on top, because a fault of the run needs them */
  environmentOf?(node: string, service: string): Readonly<Record<string, string>>;
}

export type LabEvent =
  | { readonly type: 'node-up'; readonly node: string; readonly level: NodeLevel }
  /** `end`: its first process ended by itself, or by somebody else's hand; absent where we turned it off */
  | { readonly type: 'node-down'; readonly node: string; readonly end?: NodeEnd }
  | { readonly type: 'service-started'; readonly node: string; readonly service: string }
  | {
      readonly type: 'service-exited';
      readonly node: string;
      readonly service: string;
      readonly code: number | null;
      readonly signal: string | null;
    }
  | {
      readonly type: 'notice';
      readonly node?: string;
      readonly key?: string;
      readonly message: string;
    };

/** What the first process of a node ended by. */
export interface NodeEnd {
  /** exit code; null where a signal ended it */
  readonly code: number | null;
  readonly signal: string | null;
  /** the kernel has killed processes of the node, for want of memory */
  readonly outOfMemory: boolean;
}

/** net: a network namespace, no process; files: private directories too; pid: also an init. */
export type NodeLevel = 'net' | 'files' | 'pid';

export interface StartedLab {
  readonly topology: Topology;
  node(name: string): StartedNode;
  stop(): Promise<void>;
}

export interface StartedNode {
  readonly name: string;
  readonly topology: TopologyNode;
  readonly level: NodeLevel;
  readonly netnsFd: number;
  /** the init's pid, as seen from the engine; its /proc/<pid>/root is the node's file system. null below level pid */
  readonly initPid: number | null;
  /** its daemons, in the order in which they start; none where the driver leaves that to the node itself */
  readonly services: readonly NodeService[];
  /** of Docker; another process finds it again by that */
  readonly container?: ContainerMark;
  /** its mains switch; null where the driver cannot */
  readonly power: NodePower | null;
  /**
   * Be told when the node has another network namespace, before its interfaces are in it: sockets of the old one are of
   * no use. Gives what ends that. Absent where a node keeps its namespace whatever becomes of it.
   */
  onNetnsReplaced?(listener: () => void): () => void;
  /** run `body` synchronously in the node's network namespace (sockets opened there stay there) */
  inNet<T>(body: () => T): T;
  /** start a process with all namespaces of the node; argv[0] is looked up in the node's PATH */
  spawn(argv: readonly string[], options?: NodeSpawnOptions): ChildProcess;
  /** run a command to its end */
  exec(argv: readonly string[], options?: NodeExecOptions): Promise<CommandResult>;
}

/** A daemon of a node, as the image starts it. */
export interface NodeService {
  readonly name: string;
  /** of its main process, as the engine sees it; null while it does not run */
  readonly pid: number | null;
  /** Start it when it does not run; resolves when it is ready. */
  start(): Promise<void>;
  /** What starts it again, where another process than the engine can do that. */
  startAgain?(): UndoAct;
}

/**
 * Without power a node has no process, no interface and no memory; its links are kept, and their far ends have no
 * carrier. With power it boots: files, addresses, daemons as at the start of the lab.
 */
export interface NodePower {
  readonly isOn: boolean;
  turnOff(): Promise<void>;
  /** resolves when its daemons are ready */
  turnOn(): Promise<void>;
}
