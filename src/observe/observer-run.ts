import type { RunEventBody } from '../run/events.ts';
import type { StartedLab } from '../lab/lab.ts';
import type { Room, RoomReport } from '../wire/room.ts';
import type { SetSignal } from './seen.ts';
import type { Frame } from './decode/frame.ts';

/** What an observer or a probe gets from the engine. Times are lab ns (see wire/room.ts). */
export interface WatchContext {
  readonly id: string;
  readonly lab: StartedLab;
  readonly room: Room;
  readonly signal: AbortSignal;
  /** set a signal; an unchanged value is not written. `sinceNs`: when it became true, if known only later */
  readonly set: SetSignal;
  emit(atNs: number, event: RunEventBody): void;
  /** call `body` at absolute lab times, every `periodNs`; ends with the run */
  every(periodNs: number, body: () => void | Promise<void>): void;
}

/** An observer or probe at work. Each report of the room reaches every one of them. */
export interface Watch {
  onReport?(report: RoomReport): void;
  /** a control frame of the capture, decoded once for all */
  onFrame?(frame: Frame): void;
  stop(): Promise<void>;
}

export type StartWatch<P> = (params: P, context: WatchContext) => Promise<Watch>;
