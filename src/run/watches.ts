import { decodeFrame } from '../observe/decode/decode.ts';
import type { Watch, WatchContext } from '../observe/observer-run.ts';
import { startObserver } from '../observe/registry-run.ts';
import { startProbe } from '../probe/registry-run.ts';
import type { Plan } from '../plan/plan.ts';
import type { StartedLab } from '../lab/lab.ts';
import type { Room, RoomReport } from '../wire/room.ts';
import type { EventLog } from './event-log.ts';
import { FrameLog } from './frame-log.ts';
import type { SignalBoard } from './signal-board.ts';

export interface WatchesContext {
  readonly plan: Plan;
  readonly room: Room;
  readonly log: EventLog;
  readonly board: SignalBoard;
  readonly signal: AbortSignal;
  /** what went wrong in a watch: it ends the run */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Every observer and probe of the run. Reports of the room that come before they are started are kept and given to
 * them then: the state that the lab came up with is part of what they must know.
 */
export class Watches {
  readonly #context: WatchesContext;
  readonly #frames: FrameLog;
  #watches: Watch[] = [];
  #early: RoomReport[] | null = [];

  constructor(context: WatchesContext) {
    this.#context = context;
    this.#frames = new FrameLog(context.log);
  }

  report(report: RoomReport): void {
    if (this.#early !== null) {
      this.#early.push(report);
      return;
    }
    this.#deliver(report);
  }

  async start(lab: StartedLab): Promise<void> {
    const { plan } = this.#context;
    for (const observer of plan.observers) {
      const watch = startObserver(
        observer.kind,
        observer.params,
        this.#contextOf(observer.id, lab),
      );
      this.#watches.push(await watch);
    }
    for (const probe of plan.probes) {
      const context = this.#contextOf(probe.id, lab);
      this.#watches.push(await startProbe(probe.kind, probe.params, probe.ok, context));
    }
    const early = this.#early ?? [];
    this.#early = null;
    for (const report of early) this.#deliver(report);
  }

  async stop(): Promise<void> {
    const watches = this.#watches;
    await Promise.all(watches.map((watch) => watch.stop()));
    this.#watches = [];
    this.#frames.close(this.#context.room.now());
  }

  #deliver(report: RoomReport): void {
    for (const watch of this.#watches) watch.onReport?.(report);
    if (report.type !== 'frame') return;
    const frame = decodeFrame(report);
    if (frame === undefined) return;
    this.#frames.add(frame);
    for (const watch of this.#watches) watch.onFrame?.(frame);
  }

  #contextOf(id: string, lab: StartedLab): WatchContext {
    const { room, board, log, signal, onFailure } = this.#context;
    return {
      id,
      lab,
      room,
      signal,
      set: (path, value, atNs, sinceNs) => {
        board.set(path, value, atNs, sinceNs);
      },
      emit: (atNs, event) => {
        log.add(atNs, event);
      },
      every: (periodNs, body) => {
        repeat(room, periodNs, signal, body, onFailure);
      },
    };
  }
}

/** Call `body` at multiples of the period after now, on the lab clock; a slow body makes calls drop out, not pile up. */
function repeat(
  room: Room,
  periodNs: number,
  signal: AbortSignal,
  body: () => void | Promise<void>,
  onFailure: (error: unknown) => void,
): void {
  const firstNs = room.now();
  const next = (): void => {
    if (signal.aborted) return;
    const elapsed = room.now() - firstNs;
    const dueNs = (Math.floor(elapsed / periodNs) + 1) * periodNs;
    setTimeout(
      () => {
        if (signal.aborted) return;
        Promise.resolve().then(body).then(next, onFailure);
      },
      Math.max(1, Math.round((dueNs - elapsed) / 1e6)),
    );
  };
  next();
}
