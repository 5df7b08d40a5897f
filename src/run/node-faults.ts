import { messageOf } from '../errors.ts';
import { parseFaultName, type NodeChange } from '../fault/expand.ts';
import { loadNodeFault, startNodeFault } from '../fault/registry-run.ts';
import type { StartedLab } from '../lab/lab.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { UndoJournal, Undone } from '../undo/journal.ts';
import type { Room } from '../wire/room.ts';
import type { EventLog } from './event-log.ts';
import { LAB } from './lab-journal.ts';

export interface NodeFaultsContext {
  readonly room: Room;
  readonly log: EventLog;
  readonly journal: UndoJournal;
}

/** Faults that act in nodes, brought into force and out of it: journaled, timed, read back. */
export class NodeFaults {
  readonly #context: NodeFaultsContext;

  constructor(context: NodeFaultsContext) {
    this.#context = context;
  }

  /**
   * Do what an edge asks for, in order. What cannot be done is in the log and makes the dose not delivered; it ends
   * nothing. `scheduledNs` is lab ns.
   */
  async apply(
    changes: readonly NodeChange[],
    scheduledNs: number,
    lab: StartedLab,
    signal: AbortSignal,
  ): Promise<void> {
    for (const change of changes) {
      signal.throwIfAborted();
      const fromNs = this.#context.room.now();
      const { shown, problems } = change.on
        ? await this.#inject(change, lab, signal)
        : await this.#heal(change);
      const { step, index } = parseFaultName(change.id);
      const toNs = this.#context.room.now();
      this.#context.log.add(toNs, {
        type: 'node-fault',
        step,
        fault: index,
        edge: change.on ? 'on' : 'off',
        scheduled: scheduledNs,
        from: fromNs,
        to: toNs,
        readBack: shown,
        problems,
      });
    }
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

  async #inject({ id, fault }: NodeChange, lab: StartedLab, signal: AbortSignal): Promise<Outcome> {
    const { journal, room } = this.#context;
    try {
      const undo = journal.scope(id, signal);
      const shown = await startNodeFault({ fault, lab, undo, signal, now: () => room.now() });
      return { shown, problems: [] };
    } catch (error) {
      // done whole or not at all
      const { failures } = await journal.undo(id);
      signal.throwIfAborted();
      return { shown: '', problems: [messageOf(error), ...failures] };
    }
  }

  async #heal({ id }: NodeChange): Promise<Outcome> {
    const { shown, failures }: Undone = await this.#context.journal.undo(id);
    return { shown: shown.join('; '), problems: failures };
  }
}

interface Outcome {
  readonly shown: string;
  readonly problems: readonly string[];
}
