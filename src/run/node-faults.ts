import { messageOf } from '../errors.ts';
import { parseFaultName, type NodeChange } from '../fault/expand.ts';
import type { PlannedFault } from '../fault/fault.ts';
import { loadNodeFault, startNodeFault } from '../fault/registry-run.ts';
import type { StartedLab } from '../lab/lab.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { UndoJournal } from '../undo/journal.ts';
import { Turns } from '../undo/turns.ts';
import type { Room } from '../wire/room.ts';
import type { EventLog } from './event-log.ts';
import { LAB } from './lab-journal.ts';

export interface NodeFaultsContext {
  readonly room: Room;
  readonly log: EventLog;
  readonly journal: UndoJournal;
}

/**
 * Faults that act in nodes, brought into force and out of it: journaled, timed, read back. What is done to one node is
 * done in order, what is done to several at the same time.
 */
export class NodeFaults {
  readonly #context: NodeFaultsContext;
  readonly #turns = new Turns();

  constructor(context: NodeFaultsContext) {
    this.#context = context;
  }

  /**
   * Do what an edge asks for. What cannot be done is in the log and makes the dose not delivered; it ends nothing.
   * `scheduledNs` is lab ns.
   */
  async apply(
    changes: readonly NodeChange[],
    scheduledNs: number,
    lab: StartedLab,
    signal: AbortSignal,
  ): Promise<void> {
    await Promise.all(
      changes.map(async (change) => {
        const done = change.on
          ? await this.#inject(partsOf(change), lab, signal)
          : await this.#heal(partsOf(change));
        this.#log(change, scheduledNs, done);
      }),
    );
  }

  /** Load what acts before the clock matters: modules take their time. */
  async prepare(steps: readonly PlannedStep[]): Promise<void> {
    const kinds = new Set(steps.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
    for (const kind of kinds) await loadNodeFault(kind);
  }

  /** The end of the run, whatever it was: undo all that is still in force but the lab itself, and say what could not be undone. */
  async undoAll(): Promise<void> {
    const { room, log, journal } = this.#context;
    const { failures } = await journal.undoAll(LAB);
    if (failures.length > 0) log.add(room.now(), { type: 'not-undone', what: failures });
  }

  /** Done whole or not at all. */
  async #inject(
    parts: readonly Part[],
    lab: StartedLab,
    signal: AbortSignal,
  ): Promise<readonly Done[]> {
    const { journal, room } = this.#context;
    const now = (): number => room.now();
    const done = await this.#each(parts, async ({ owner, fault }) => {
      const undo = journal.scope(owner, signal);
      try {
        signal.throwIfAborted();
        return { shown: [await startNodeFault({ fault, lab, undo, signal, now })], problems: [] };
      } catch (error) {
        return { shown: [], problems: [messageOf(error)] };
      }
    });
    signal.throwIfAborted();
    if (done.every(({ problems }) => problems.length === 0)) return done;
    const undone = await this.#heal(parts);
    return [...done, ...undone].map((each) => ({ ...each, shown: [] }));
  }

  #heal(parts: readonly Part[]): Promise<readonly Done[]> {
    return this.#each(parts, async ({ owner }) => {
      const { shown, failures } = await this.#context.journal.undo(owner);
      return { shown, problems: failures };
    });
  }

  #each(
    parts: readonly Part[],
    body: (part: Part) => Promise<Pick<Done, 'shown' | 'problems'>>,
  ): Promise<readonly Done[]> {
    const { room } = this.#context;
    return Promise.all(
      parts.map((part) =>
        this.#turns.take([part.node], async () => {
          const fromNs = room.now();
          return { ...(await body(part)), fromNs, toNs: room.now() };
        }),
      ),
    );
  }

  #log({ id, on }: NodeChange, scheduled: number, done: readonly Done[]): void {
    const { room, log } = this.#context;
    const nowNs = room.now();
    const { step, index } = parseFaultName(id);
    log.add(nowNs, {
      ...{ type: 'node-fault', step, fault: index, edge: on ? 'on' : 'off', scheduled },
      from: Math.min(nowNs, ...done.map(({ fromNs }) => fromNs)),
      to: Math.max(...done.map(({ toNs }) => toNs), done.length === 0 ? nowNs : 0),
      readBack: done.flatMap(({ shown }) => shown).join('; '),
      problems: done.flatMap(({ problems }) => problems),
    });
  }
}

/** What a fault does in one of its nodes. */
interface Part {
  readonly node: string;
  /** in the journal */
  readonly owner: string;
  /** with that node alone as its target */
  readonly fault: PlannedFault;
}

interface Done {
  readonly shown: readonly string[];
  readonly problems: readonly string[];
  readonly fromNs: number;
  readonly toNs: number;
}

function partsOf({ id, fault }: NodeChange): readonly Part[] {
  const { nodes = [], endpoints } = fault.target;
  const nodeOf = (endpoint: string): string => endpoint.slice(0, endpoint.indexOf(':'));
  return [...new Set([...nodes, ...endpoints.map(nodeOf)])].map((node) => {
    const own = {
      ...(nodes.includes(node) && { nodes: [node] }),
      endpoints: endpoints.filter((endpoint) => nodeOf(endpoint) === node),
    };
    const target = { directions: fault.target.directions, ...own };
    return { node, owner: `${id} ${node}`, fault: { ...fault, target } };
  });
}
