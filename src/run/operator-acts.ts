import { messageOf } from '../errors.ts';
import type { StartedLab } from '../lab/lab.ts';
import type { PlannedAct, PlannedStep } from '../plan/plan.ts';
import type { Room } from '../wire/room.ts';
import { Agenda, type SleepUntil } from './agenda.ts';
import type { EventLog } from './event-log.ts';
import type { Placement } from './place-steps.ts';

/** What a person reads of a command's output: its end. */
const OUTPUT_CHARACTERS = 2000;

export interface OperatorActsContext {
  readonly steps: readonly PlannedStep[];
  readonly room: Room;
  readonly log: EventLog;
  readonly sleepUntil: SleepUntil;
  /** a moment since ready in lab ns */
  readonly labNs: (atNs: number) => number;
  readonly begun: (step: string, atNs: number) => void;
  readonly over: (step: string, labNs: number) => void;
  /** `isDone` may have changed */
  readonly ended: () => void;
}

/** `act:` steps: commands of an operator. Several may go on at a time; each is a step from its start to its end. */
export class OperatorActs {
  readonly #context: OperatorActsContext;
  readonly #agenda: Agenda<PlannedStep>;

  constructor(context: OperatorActsContext) {
    this.#context = context;
    this.#agenda = new Agenda(context.sleepUntil, context.ended);
  }

  get isDone(): boolean {
    return this.#agenda.isDone;
  }

  plan(placement: Placement): void {
    const items = this.#context.steps.flatMap((step) => {
      const placed = step.act === undefined ? undefined : placement.get(step.id);
      if (placed?.type !== 'placed') return [];
      return [{ key: step.id, atNs: placed.step.startNs, what: step }];
    });
    this.#agenda.plan(items.sort((a, b) => a.atNs - b.atNs));
  }

  finish(): void {
    this.#agenda.finish();
  }

  async run(lab: StartedLab, signal: AbortSignal): Promise<void> {
    await this.#agenda.run((step, atNs) => this.#act(step, atNs, lab, signal), signal);
  }

  async #act(
    { id, act }: PlannedStep,
    atNs: number,
    lab: StartedLab,
    signal: AbortSignal,
  ): Promise<void> {
    if (act === undefined) return;
    const { room, log, labNs, begun, over } = this.#context;
    const scheduled = labNs(atNs);
    const from = room.now();
    begun(id, atNs);
    log.add(from, { type: 'edge', step: id, edge: 'start', scheduled, from, to: from });
    const done = await perform(act, lab, signal);
    const to = room.now();
    const { node, argv, rc: expected } = act;
    log.add(to, { type: 'act', step: id, node, argv, expected, ...done, from, to });
    log.add(to, { type: 'edge', step: id, edge: 'end', scheduled: to, from: to, to });
    over(id, to);
  }
}

interface Done {
  readonly rc: number | null;
  readonly output: string;
  readonly problem?: string;
}

async function perform(
  { node, argv, withinNs }: PlannedAct,
  lab: StartedLab,
  signal: AbortSignal,
): Promise<Done> {
  try {
    const timeoutMs = Math.ceil(withinNs / 1e6);
    const done = await lab.node(node).exec(argv, { timeoutMs, signal });
    const output = (done.stdout + done.stderr).slice(-OUTPUT_CHARACTERS);
    if (done.code !== null) return { rc: done.code, output };
    return { rc: null, output, problem: `ended by ${done.signal ?? 'a signal'}` };
  } catch (error) {
    const problem = messageOf(error);
    return { rc: null, output: '', problem };
  }
}
