import { existsSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import { executeUndo } from './execute.ts';
import { FoundNodes } from './found-nodes.ts';
import { JournalBusy, openJournal } from './journal-file.ts';
import type { JournalEntry, JournalFile } from './journal.ts';
import { stepsLeft, type StepLeft } from './open-steps.ts';
import type { UndoPlace } from './undo-place.ts';
import { STEP_BUDGET_MS, withinBudget } from './within-budget.ts';

/** All of it may take so long; what is left then is for `chaos cleanup`. */
const BUDGET_MS = 5 * 60_000;
const LOOK_EVERY_MS = 50;

export interface ReplayOptions {
  readonly stepBudgetMs?: number;
  /** of all steps, and of waiting for somebody else who is at it */
  readonly budgetMs?: number;
}

/** What came of it, in the order in which it was done. */
export interface Replayed {
  /** what people are told of each step that was undone: 'r1: zebra (pid 42) go on' */
  readonly undone: readonly string[];
  /** 'start zebra: ...': what stays in the journal */
  readonly failures: readonly string[];
}

/**
 * Undo what the journal of a dead engine says was done and not undone, last first, and on after failures. Its lines go
 * into the same journal, so that it can be said again, by anybody; while somebody else is at it, it waits.
 * @throws JournalBusy when it has waited in vain: the engine lives, for one
 */
export async function replayJournal(path: string, options: ReplayOptions = {}): Promise<Replayed> {
  if (!existsSync(path)) return { undone: [], failures: [] };
  const untilMs = performance.now() + (options.budgetMs ?? BUDGET_MS);
  const file = await takeJournal(path, untilMs);
  const nodes = new FoundNodes();
  try {
    const replay = new Replay(file, nodes, untilMs, options.stepBudgetMs ?? STEP_BUDGET_MS);
    for (const step of stepsLeft(readFileSync(path, 'utf8'))) await replay.undo(step);
    const { undone, failures } = replay;
    return { undone, failures };
  } finally {
    nodes.close();
    file.close();
  }
}

/** What it would do. */
export function stepsLeftIn(path: string): readonly StepLeft[] {
  return existsSync(path) ? stepsLeft(readFileSync(path, 'utf8')) : [];
}

async function takeJournal(path: string, untilMs: number): Promise<JournalFile> {
  // what somebody else wrote is not for us to do
  const { uid } = statSync(path);
  if (uid !== process.getuid?.()) throw new Error(`${path} belongs to user ${uid}`);
  for (;;) {
    try {
      return openJournal(path, 'a');
    } catch (error) {
      if (!(error instanceof JournalBusy) || performance.now() > untilMs) throw error;
      await wait(LOOK_EVERY_MS);
    }
  }
}

class Replay {
  readonly undone: string[] = [];
  readonly failures: string[] = [];
  readonly #file: JournalFile;
  readonly #place: UndoPlace;
  readonly #untilMs: number;
  readonly #stepBudgetMs: number;

  constructor(file: JournalFile, place: UndoPlace, untilMs: number, stepBudgetMs: number) {
    this.#file = file;
    this.#place = place;
    this.#untilMs = untilMs;
    this.#stepBudgetMs = stepBudgetMs;
  }

  async undo(step: StepLeft): Promise<void> {
    const budgetMs = Math.min(this.#stepBudgetMs, this.#untilMs - performance.now());
    try {
      if (budgetMs <= 0) throw new Error('there was no time left for it');
      this.#write(step, 'undoing');
      const said = await withinBudget(() => executeUndo(step.undo, this.#place), budgetMs);
      if (said !== '') this.undone.push(said);
      this.#write(step, 'undone');
    } catch (error) {
      this.#failed(step, messageOf(error));
    }
  }

  /**
   * A command that has nothing to undo may well say so by failing. Where the engine died between the beginning and the
   * end of the act, or of its undoing, and nothing says how the node was before, that is as much as can be known.
   */
  #failed(step: StepLeft, message: string): void {
    const { undo, isInForce, about } = step;
    if (!isInForce && undo.do === 'run' && undo.look === undefined) {
      this.undone.push(`${about}: the engine died at it, and now: ${message}`);
      this.#write(step, 'undone', message);
      return;
    }
    this.failures.push(`${about}: ${message}`);
    this.#write(step, 'undo-failed', message);
  }

  #write({ id, owner, about }: StepLeft, state: JournalEntry['state'], message?: string): void {
    this.#file.write({ id, owner, state, about, ...(message !== undefined && { message }) });
  }
}
