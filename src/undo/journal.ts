import { messageOf } from '../errors.ts';
import type { UndoAct } from './undo-act.ts';
import { Turns } from './turns.ts';
import { withinBudget } from './within-budget.ts';

/** Who asked for the end of a run (follow-sandbox.ts) waits 20 s for it, and undoing is to have its share of them. */
const ACT_ENDS_WITHIN_MS = 10_000;

/** One act with what undoes it. The act bears being done again: what is already so stays so. */
export interface UndoStep {
  /** what undoing it does, for people: 'start keepalived', 'ip rule del pref 1' */
  readonly about: string;
  /** all that undoes it; it is in the journal before the act begins */
  readonly undo: UndoAct;
  act(): void | Promise<void>;
  /** Before it is undone: end what the engine does for it itself (a loop, a socket), which would die with the engine. */
  letGo?(): void | Promise<void>;
  /** What people are told once it is undone, instead of what the executor says. It only looks. */
  tell?(): string | Promise<string>;
}

/** A line of the journal, in order. `planned` is on the disk before the act begins. */
export interface JournalEntry {
  /** of the step: the same in all its lines */
  readonly id: number;
  readonly owner: string;
  readonly state: 'planned' | 'done' | 'act-failed' | 'undoing' | 'undone' | 'undo-failed';
  readonly about: string;
  /** of 'planned' */
  readonly undo?: UndoAct;
  /** why it failed */
  readonly message?: string;
}

/** What came of undoing. */
export interface Undone {
  /** what the undo steps showed, in the order in which they ran */
  readonly shown: readonly string[];
  /** 'start keepalived: ...': what could not be undone; it stays in the journal and is tried again at the end */
  readonly failures: readonly string[];
}

/** What one fault does goes through this: nothing is done that is not journaled first. */
export interface UndoScope {
  /** @throws what `signal` was aborted with, before anything is journaled or done; what the act throws */
  step(step: UndoStep): Promise<void>;
}

interface OpenStep {
  readonly id: number;
  readonly owner: string;
  readonly step: UndoStep;
  /** resolves when its act is over, whatever came of it */
  acting: Promise<unknown>;
}

/** Where the lines go (journal-file.ts): appended at once, one JSON object a line. */
export interface JournalFile {
  write(entry: JournalEntry): void;
  close(): void;
}

/** What does it: executeUndo of a place. */
export type ExecuteUndo = (act: UndoAct) => Promise<string>;

/**
 * What was done and how it is undone, written down before it is done. Undoing goes backwards, and on after failures;
 * each step has its own time. Nobody's verdict has a say in it.
 */
export class UndoJournal {
  readonly #file: JournalFile;
  readonly #execute: ExecuteUndo;
  readonly #budgetMs: number | undefined;
  #open: OpenStep[] = [];
  #lastId = 0;
  /** undoing what one owner did: an edge and the end of a run may both want it */
  readonly #turns = new Turns();

  constructor(file: JournalFile, execute: ExecuteUndo, stepBudgetMs?: number) {
    this.#file = file;
    this.#execute = execute;
    this.#budgetMs = stepBudgetMs;
  }

  scope(owner: string, signal: AbortSignal): UndoScope {
    return {
      step: async (step) => {
        signal.throwIfAborted();
        const open: OpenStep = { id: ++this.#lastId, owner, step, acting: Promise.resolve() };
        // an act that fails half-way has done something as well
        this.#open.push(open);
        this.#write(open, 'planned');
        try {
          const acting = Promise.resolve(step.act());
          open.acting = acting.catch(() => undefined);
          await acting;
        } catch (error) {
          this.#write(open, 'act-failed', error);
          throw error;
        }
        this.#write(open, 'done');
      },
    };
  }

  /** Undo what this owner has done, last first. Again and again is the same as once. */
  undo(owner: string): Promise<Undone> {
    return this.#turns.take([owner], () => this.#undo((open) => open.owner === owner));
  }

  /** Undo everything that is left, but for one owner's. */
  undoAll(but?: string): Promise<Undone> {
    const isWanted = ({ owner }: OpenStep): boolean => owner !== but;
    const owners = new Set(this.#open.filter(isWanted).map(({ owner }) => owner));
    return this.#turns.take([...owners], () => this.#undo(isWanted));
  }

  close(): void {
    this.#file.close();
  }

  async #undo(wanted: (open: OpenStep) => boolean): Promise<Undone> {
    const shown: string[] = [];
    const failures: string[] = [];
    for (const open of this.#open.filter(wanted).reverse()) {
      await this.#untilActed(open);
      // whoever finds this and no end of it cannot know how far it came
      this.#write(open, 'undoing');
      try {
        const said = await withinBudget(() => this.#undoStep(open.step), this.#budgetMs);
        if (said !== '') shown.push(said);
        this.#open = this.#open.filter((each) => each !== open);
        this.#write(open, 'undone');
      } catch (error) {
        this.#write(open, 'undo-failed', error);
        failures.push(`${open.step.about}: ${messageOf(error)}`);
      }
    }
    return { shown, failures };
  }

  /** A run may end in the middle of an act: what that does after it was undone would stay. It has its own time. */
  async #untilActed({ acting }: OpenStep): Promise<void> {
    try {
      await withinBudget(() => acting, this.#budgetMs ?? ACT_ENDS_WITHIN_MS);
    } catch {
      // it is still at it: as much as can be is undone all the same
    }
  }

  async #undoStep(step: UndoStep): Promise<string> {
    await step.letGo?.();
    const said = await this.#execute(step.undo);
    return step.tell === undefined ? said : step.tell();
  }

  #write({ id, owner, step }: OpenStep, state: JournalEntry['state'], error?: unknown): void {
    this.#file.write({
      id,
      owner,
      state,
      about: step.about,
      ...(state === 'planned' && { undo: step.undo }),
      ...(error !== undefined && { message: messageOf(error) }),
    });
  }
}
