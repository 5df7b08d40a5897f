import { setTimeout as wait } from 'node:timers/promises';
import { edgesOf, type FaultStep } from '../fault/expand.ts';
import type { StartedLab } from '../lab/lab.ts';
import type { PlannedStep, WindowEdge } from '../plan/plan.ts';
import { lastWatchedNs } from '../plan/watch-until.ts';
import type { Room, RoomReport } from '../wire/room.ts';
import { DoseBook } from './dose-book.ts';
import { EdgeSender, warmUp } from './edge-sender.ts';
import type { EventLog } from './event-log.ts';
import { guardSignals } from '../observe/signals.ts';
import { LiveSteps } from './live-steps.ts';
import { NodeActs } from './node-acts.ts';
import type { NodeFaults } from './node-faults.ts';
import { OperatorActs } from './operator-acts.ts';
import type { Outer } from './outer.ts';
import { plannedNs, resumed, shifted, shiftedNs, type Pause } from './pause.ts';
import type { Placement } from './place-steps.ts';
import type { EngineFile } from './engine-file.ts';
import type { SignalBoard } from './signal-board.ts';
import { TimelineRecord } from './timeline-record.ts';

export interface TimelineContext {
  readonly file: EngineFile;
  readonly room: Room;
  readonly log: EventLog;
  readonly outer: Outer;
  readonly board: SignalBoard;
  readonly nodeFaults: NodeFaults;
}

/** Timers of Node take no more, and are whole milliseconds. */
const LONGEST_SLEEP_NS = 2 ** 30 * 1e6;

/**
 * The edges of the plan at absolute deadlines. The room worker applies the ones on wires by itself, at its own
 * deadline timer; here they are handed over, anew whenever a signal moves a step, and what it reports becomes events.
 * Moments are ns since ready, unless they are called lab ns.
 */
export class Timeline {
  readonly #context: TimelineContext;
  readonly #steps: readonly PlannedStep[];
  readonly #live: LiveSteps;
  readonly #record: TimelineRecord;
  readonly #acts: NodeActs;
  readonly #operator: OperatorActs;
  #sender: EdgeSender | null = null;
  #placement: Placement = new Map();
  #pause: Pause | null = null;
  #originNs: number | null = null;
  #recoveryFromNs: number | undefined;
  #whenChanged: (() => void) | undefined;

  constructor(context: TimelineContext) {
    this.#context = context;
    const { plan, noFaults } = context.file;
    this.#steps = noFaults ? [] : plan.steps;
    this.#live = new LiveSteps(this.#steps, context.board);
    this.#record = new TimelineRecord(context.log, this.#live, new DoseBook(plan.steps));
    this.#acts = new NodeActs(context.nodeFaults);
    this.#operator = new OperatorActs({
      ...{ steps: this.#steps, room: context.room, log: context.log },
      sleepUntil: (atNs, signal) => this.sleepUntil(atNs, signal),
      labNs: (atNs) => (this.#originNs ?? 0) + atNs,
      begun: (id, startNs) => {
        this.#live.begun({ id, startNs, endNs: startNs, active: [], faults: [] });
      },
      over: (id, labNs) => {
        this.#live.over(id, labNs - (this.#originNs ?? 0));
        this.#refresh();
      },
      ended: () => this.#whenChanged?.(),
    });
    if (!this.#live.isLive) return;
    context.board.onSettled((labNs) => {
      if (this.#sender === null) return;
      if (this.#live.settle(labNs - (this.#originNs ?? 0))) this.#refresh();
    });
  }

  /** t = 0 */
  startAt(originNs: number): void {
    const { room, log } = this.#context;
    this.#originNs = originNs;
    this.#record.originNs = originNs;
    this.#sender = new EdgeSender(room, originNs);
    log.add(originNs, { type: 'phase', phase: 'timeline' });
    warmUp(room, edgesOf(this.#steps, this.#context.file.plan.seed));
    for (const { path } of guardSignals(this.#context.file.plan.steps)) {
      this.#context.board.set(path, false, originNs);
    }
    this.#live.settle(0);
  }

  /** for the live display: since ready, or (negative) until it */
  labMs(): number {
    const nowNs = this.#context.room.now();
    return Math.round((this.#originNs === null ? nowNs : nowNs - this.#originNs) / 1e6);
  }

  /** Resolves when the last step has ended. */
  async play(lab: StartedLab, signal: AbortSignal): Promise<void> {
    const { pauseAt } = this.#context.file;
    const pauseNs = this.#steps.find(({ id }) => id === pauseAt)?.startNs;
    if (pauseNs !== undefined) this.#pause = { fromNs: pauseNs, byNs: null };
    const failed = this.#acts.run(lab, signal);
    const operated = this.#operator.run(lab, signal);
    // failures are seen where they are waited for
    for (const each of [failed, operated]) each.catch(() => undefined);
    this.#refresh();
    if (pauseNs !== undefined) await this.#waitAt(pauseNs, signal);
    await Promise.race([this.#allApplied(signal), operated, failed]);
    this.#operator.finish();
    await Promise.race([Promise.all([operated, this.#acts.over()]), failed]);
    await this.sleepUntil(this.#lastEndNs(), signal);
  }

  report(report: RoomReport): void {
    if (report.type === 'dose') this.#record.doses.add(report);
    if (report.type === 'storm-aborted') this.#record.stormAborted(report);
    if (report.type !== 'edge') return;
    const found = this.#sender?.report(report);
    if (found === undefined) return;
    let isAsPlaced = found.isExpected;
    const atNs = plannedNs(found.edge.atNs, this.#pause);
    for (const { step, edge, placed } of found.edge.changes) {
      if (edge === 'end' && this.#hasTripped(step, atNs, report.fromNs)) isAsPlaced = false;
      if (edge === 'end') this.#live.over(step, atNs);
      if (placed !== undefined && !this.#live.begun(placed)) isAsPlaced = false;
    }
    this.#acts.begin(this.#live.toAct(found.edge), report.scheduledNs);
    this.#record.edge(found.edge, report, (step) => this.#stepInTime(step)?.active ?? []);
    // the room was faster than the news that this was not to be: now it is; or there was nothing to inject
    if (!isAsPlaced) this.#refresh();
    this.#whenChanged?.();
  }

  /** Not before; timers of Node are early by up to a millisecond. */
  async sleepUntil(atNs: number, signal: AbortSignal): Promise<void> {
    for (let leftNs = Infinity; leftNs > 0;) {
      leftNs = atNs - this.#nowNs();
      if (leftNs > 0) await this.sleep(leftNs, signal);
    }
  }

  async sleep(forNs: number, signal: AbortSignal): Promise<void> {
    await wait(Math.ceil(Math.min(forNs, LONGEST_SLEEP_NS) / 1e6), undefined, { signal });
  }

  recoverFrom(labNs: number): void {
    this.#context.log.add(labNs, { type: 'phase', phase: 'recovery' });
    this.#recoveryFromNs = labNs - (this.#originNs ?? 0);
  }

  /** Until the last window and deadline of a check is over, which may be later than the lab has recovered. */
  async watchOn(signal: AbortSignal): Promise<void> {
    const untilNs = lastWatchedNs(this.#context.file.plan, (edge) => this.#edgeNs(edge));
    await this.sleepUntil(untilNs, signal);
  }

  #edgeNs({ of, edge, offsetNs }: WindowEdge): number | undefined {
    if (of === 'ready' || (of === 'run' && edge === 'start')) return offsetNs;
    if (of === 'recovery' && edge === 'start') return (this.#recoveryFromNs ?? 0) + offsetNs;
    const step = this.#stepInTime(of);
    return step && shiftedNs(step[`${edge}Ns` as const], this.#pause) + offsetNs;
  }

  /** In a control run as planned, where the plan knows it. */
  #stepInTime(id: string): FaultStep | undefined {
    const placed = this.#placement.get(id);
    if (placed !== undefined) return placed.type === 'placed' ? placed.step : undefined;
    const { noFaults, plan } = this.#context.file;
    return plan.steps.find((step) => noFaults && step.id === id && step.starts === undefined);
  }

  #lastEndNs(): number {
    const ends = this.#context.file.plan.steps.map(({ id }) => this.#stepInTime(id)?.endNs ?? 0);
    return shiftedNs(Math.max(0, ...ends), this.#pause);
  }

  /** Everything anew: where the steps stand, and what that means for the room. */
  #refresh(): void {
    this.#placement = this.#live.place(this.#nowNs());
    this.#record.skipped(this.#placement);
    this.#operator.plan(this.#placement);
    const withFaults = this.#steps.filter(({ act }) => act === undefined);
    const placed = withFaults.flatMap(({ id }) => {
      const each = this.#placement.get(id);
      return each?.type === 'placed' ? [each.step] : [];
    });
    const edges = edgesOf(placed, this.#context.file.plan.seed).flatMap((edge) =>
      shifted(edge, this.#pause),
    );
    this.#sender?.replace(edges);
    this.#whenChanged?.();
  }

  /** Was it a guard that ended the step? Then it is said, and its signal is true. */
  #hasTripped(step: string, atNs: number, labNs: number): boolean {
    const trip = this.#live.trippedAt(step, atNs);
    if (trip === undefined) return false;
    this.#record.guard(step, trip, labNs);
    this.#context.board.set(`guard.${trip.guard.name}`, true, labNs, (this.#originNs ?? 0) + atNs);
    return true;
  }

  /** Everything is applied, and no trigger is waited for; looks again when a trigger has waited for too long. */
  async #allApplied(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const waiting = [...this.#placement.values()].filter(({ type }) => type === 'waiting');
      const isDone = this.#sender?.isDone === true && this.#operator.isDone;
      if (waiting.length === 0 && isDone) return;
      const untilNs = Math.min(
        ...waiting.map((each) => (each.type === 'waiting' ? each.untilNs : Infinity)),
      );
      if (untilNs < this.#nowNs()) {
        this.#refresh();
        continue;
      }
      await this.#changedOr(untilNs + 1, signal);
    }
  }

  async #changedOr(atNs: number, signal: AbortSignal): Promise<void> {
    const changed = new AbortController();
    this.#whenChanged = () => {
      changed.abort();
    };
    try {
      await this.sleepUntil(atNs, AbortSignal.any([signal, changed.signal]));
    } catch (error) {
      if (!changed.signal.aborted || signal.aborted) throw error;
    }
  }

  /** Nothing that comes at that moment or later happens before somebody says so; it comes later by the pause. */
  async #waitAt(pauseNs: number, signal: AbortSignal): Promise<void> {
    const { outer, file } = this.#context;
    await this.sleepUntil(pauseNs, signal);
    const pausedAtNs = this.#nowNs();
    outer.tell({ type: 'paused', step: file.pauseAt ?? '' });
    await resumed(outer, signal);
    this.#pause = { fromNs: pauseNs, byNs: this.#nowNs() - pausedAtNs };
    this.#refresh();
  }

  #nowNs(): number {
    return this.#context.room.now() - (this.#originNs ?? 0);
  }
}
