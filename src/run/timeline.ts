import { setTimeout as wait } from 'node:timers/promises';
import { edgesOf, type TimelineEdge } from '../fault/expand.ts';
import type { NodeFaultInForce } from '../fault/node-fault-run.ts';
import { startNodeFault } from '../fault/registry-run.ts';
import type { StartedLab } from '../lab/lab.ts';
import type { Room, RoomReport } from '../wire/room.ts';
import { DoseBook } from './dose-book.ts';
import type { EventLog } from './event-log.ts';
import type { Outer } from './outer.ts';
import type { RunFile } from './run-file.ts';

export interface TimelineContext {
  readonly file: RunFile;
  readonly room: Room;
  readonly log: EventLog;
  readonly outer: Outer;
}

type EdgeReport = Extract<RoomReport, { type: 'edge' }>;

/**
 * The edges of the plan at absolute deadlines. The room worker applies the ones on wires by itself, at its own
 * deadline timer; here they are handed over, and what it reports becomes events.
 */
export class Timeline {
  readonly #context: TimelineContext;
  readonly #edges: readonly TimelineEdge[];
  readonly #doses: DoseBook;
  readonly #pending = new Map<string, TimelineEdge>();
  #originNs: number | null = null;
  #whenEdge: (() => void) | undefined;

  constructor(context: TimelineContext) {
    this.#context = context;
    const { plan, noFaults } = context.file;
    this.#edges = noFaults ? [] : edgesOf(plan.steps, plan.seed);
    this.#doses = new DoseBook(plan.steps);
  }

  /** t = 0 */
  startAt(originNs: number): void {
    this.#originNs = originNs;
    this.#context.log.add(originNs, { type: 'phase', phase: 'timeline' });
  }

  /** for the live display: since ready, or (negative) until it */
  labMs(): number {
    const nowNs = this.#context.room.now();
    return Math.round((this.#originNs === null ? nowNs : nowNs - this.#originNs) / 1e6);
  }

  /** Resolves when the last step has ended. */
  async play(lab: StartedLab, signal: AbortSignal): Promise<void> {
    const { room, outer, file } = this.#context;
    const pauseNs = file.plan.steps.find((s) => s.id === file.pauseAt)?.startNs ?? Infinity;
    const before = this.#edges.filter((e) => e.atNs < pauseNs);
    await this.#run(before, lab, signal);
    const after = this.#edges.filter((e) => e.atNs >= pauseNs);
    if (after.length > 0) {
      await this.sleepUntil(pauseNs, signal);
      const pausedAtNs = room.now();
      outer.tell({ type: 'paused', step: file.pauseAt ?? '' });
      await resumed(outer, signal);
      // what comes after a pause comes later by its length: steps keep their distances
      await this.#run(after, lab, signal, room.now() - pausedAtNs);
    }
    const endNs = Math.max(0, ...file.plan.steps.map((s) => s.endNs));
    await this.sleepUntil(endNs, signal);
  }

  report(report: RoomReport): void {
    if (report.type === 'dose') this.#doses.add(report);
    if (report.type !== 'edge') return;
    const edge = this.#pending.get(report.id);
    if (edge === undefined) return;
    this.#pending.delete(report.id);
    this.#write(edge, report);
    this.#whenEdge?.();
  }

  async sleepUntil(atNs: number, signal: AbortSignal): Promise<void> {
    const remainingNs = (this.#originNs ?? 0) + atNs - this.#context.room.now();
    if (remainingNs > 0) await this.sleep(remainingNs, signal);
  }

  async sleep(forNs: number, signal: AbortSignal): Promise<void> {
    await wait(Math.ceil(forNs / 1e6), undefined, { signal });
  }

  async #run(
    edges: readonly TimelineEdge[],
    lab: StartedLab,
    signal: AbortSignal,
    shiftNs = 0,
  ): Promise<void> {
    const { room } = this.#context;
    const originNs = this.#originNs ?? 0;
    for (const [index, edge] of edges.entries()) {
      const id = `${index}@${edge.atNs}`;
      this.#pending.set(id, edge);
      room.schedule({ id, atNs: originNs + edge.atNs + shiftNs, wants: edge.wants });
    }
    await this.#actInNodes(edges, lab, signal, shiftNs);
    await this.#allApplied(signal);
  }

  /** Faults that act in nodes are injected and healed from here; those on wires need nobody. */
  async #actInNodes(
    edges: readonly TimelineEdge[],
    lab: StartedLab,
    signal: AbortSignal,
    shiftNs: number,
  ): Promise<void> {
    const inForce = new Map<string, NodeFaultInForce>();
    for (const edge of edges.filter((e) => e.node.length > 0)) {
      await this.sleepUntil(edge.atNs + shiftNs, signal);
      for (const { id, on, fault } of edge.node) {
        if (on) inForce.set(id, await startNodeFault(fault, lab));
        else await inForce.get(id)?.heal();
      }
    }
  }

  #write(edge: TimelineEdge, report: EdgeReport): void {
    const { log } = this.#context;
    const times = { scheduled: report.scheduledNs, from: report.fromNs, to: report.toNs };
    for (const { step, edge: kind } of edge.changes) {
      log.add(report.fromNs, { type: 'edge', step, edge: kind, ...times });
      if (kind !== 'end') continue;
      for (const dose of this.#doses.ofStep(step)) log.add(report.toNs, dose);
    }
    // within a burst fault wires change hundreds of times; the read-back is worth its lines when a step changes
    const step = [...new Set(edge.changes.map((change) => change.step))].join(' ');
    if (step === '') return;
    for (const { link, direction, readBack } of report.inForce) {
      log.add(report.toNs, { type: 'in-force', step, link, direction, readBack });
    }
  }

  async #allApplied(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.#pending.size > 0) return;
        this.#whenEdge = undefined;
        resolve();
      };
      this.#whenEdge = look;
      signal.addEventListener(
        'abort',
        () => {
          reject(signal.reason as Error);
        },
        { once: true },
      );
      look();
    });
  }
}

function resumed(outer: Outer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    outer.onResume(resolve);
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}
