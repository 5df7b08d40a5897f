import type { CommandResult, NodeExecOptions } from '../host/commands.ts';
import type { NodeMark } from './undo-act.ts';

/** Where undoing happens: in the engine, which holds the nodes, or in a process that finds them again. */
export interface UndoPlace {
  node(mark: NodeMark): Promise<UndoNode | AbsentNode>;
  /** null: not in the engine */
  readonly engine: EngineUndo | null;
}

/** A node without processes or network: what was done to them has ended with them. */
export interface AbsentNode {
  readonly absent: true;
  /** for people: 'has no power', 'is gone' */
  readonly why: string;
  /** will it have the same files when it comes back? */
  readonly keepsFiles: boolean;
}

/** A node that is there. */
export interface UndoNode {
  readonly absent?: false;
  readonly name: string;
  /** /proc/<pid>/root is its file system; null: it has none of its own */
  readonly initPid: number | null;
  /** run `body` synchronously in its network namespace */
  inNet<T>(body: () => T): T;
  exec(
    argv: readonly string[],
    options: Pick<NodeExecOptions, 'timeoutMs' | 'signal'>,
  ): Promise<CommandResult>;
}

/** What only the engine can do. Texts are what people are told then. */
export interface EngineUndo {
  startService(node: string, service: string): Promise<string>;
  turnOn(node: string): Promise<string>;
  /** of a daemon, which may have been started again meanwhile; null: it does not run */
  servicePid(node: string, service: string): number | null;
  /** a tmpfs of the engine's own mount namespace */
  resize(at: string, bytes: number): void;
}
