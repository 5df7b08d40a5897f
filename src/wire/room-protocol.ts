import type {
  BeatSpec,
  RoomAbilities,
  RoomEdge,
  RoomOptions,
  RoomReport,
  WireSpec,
} from './room.ts';
import type { WireWant } from './want.ts';

/** What the room's two halves say to each other: structured clones over one MessagePort. */

/** Given to the worker at its start. */
export interface RoomStart {
  /** CLOCK_MONOTONIC ns that are lab ns 0 */
  readonly originNs: number;
  /** rung after each command; the worker sleeps in epoll and hears nothing else */
  readonly eventFd: number;
  /** one Int32: not 0 means that the process ends, so leave at once */
  readonly stop: SharedArrayBuffer;
  readonly options: RoomOptions;
}

/** Main thread to worker. Those with `call` are answered by `returned` or `failed`, once. */
export type RoomCommand =
  | {
      readonly type: 'watch-node';
      readonly call: number;
      readonly node: string;
      readonly netnsFd: number;
    }
  | { readonly type: 'add-wires'; readonly call: number; readonly wires: readonly WireSpec[] }
  | { readonly type: 'set-node-alive'; readonly node: string; readonly alive: boolean }
  | { readonly type: 'schedule'; readonly edge: RoomEdge }
  | { readonly type: 'replace-edges'; readonly edges: readonly RoomEdge[] }
  | { readonly type: 'warm-up'; readonly wants: readonly WireWant[] }
  | { readonly type: 'start-beat'; readonly beat: BeatSpec }
  | { readonly type: 'watch-traffic'; readonly everyNs: number }
  | { readonly type: 'stop-beat'; readonly id: string }
  | { readonly type: 'read-doses'; readonly call: number }
  | { readonly type: 'close'; readonly call: number };

/** Worker to main thread. */
export type RoomMessage =
  | { readonly type: 'started'; readonly abilities: RoomAbilities }
  | { readonly type: 'reports'; readonly reports: readonly RoomReport[] }
  | { readonly type: 'returned'; readonly call: number }
  | {
      readonly type: 'failed';
      readonly call: number;
      readonly message: string;
      readonly stack: string;
    };
