import type { StampConverter } from '../host/clock.ts';
import { FrameTap } from '../host/frame-tap.ts';
import { directionKey } from './direction-state.ts';
import { expectedPassage, type ExpectedPassage } from './expected-passage.ts';
import { GaugeAccounts } from './gauge-accounts.ts';
import { GaugeWindow, type Epoch } from './gauge-window.ts';
import { burstBytes } from './room-tree.ts';
import { entering, isDirect, leaving } from './room-wire.ts';
import type { RoomWires } from './room-wires.ts';
import type { DoseReport } from './room.ts';
import type { SteeredState } from './steering.ts';
import type { WireDirection } from './want.ts';

/** for so long frames are sampled at a time, at first */
const OPEN_NS = 500e6;
const SHORTEST_OPEN_NS = 10e6;
/** what may hold a frame up beside its impairments, in a link that is not overloaded */
const MARGIN_NS = 50e6;
const LONGEST_REACH_NS = 10e9;
/** no more frames than this are watched, on average: what they cost does not show */
const NS_PER_FRAME = 10e6;
/** so many windows follow each other at once, so that a short fault is measured too; then they rest for a while */
const FIRST_WINDOWS = 4;
const REST_NS = 1.5e9;

interface GaugedDirection {
  readonly at: WireDirection;
  /** in order of time; the last one is in force */
  epochs: readonly Epoch[];
}

/** An interval in which frames are watched: sampled until `tailNs`, followed to where they leave until `endNs`. */
interface OpenWindow {
  readonly openedNs: number;
  readonly byDirection: ReadonlyMap<string, GaugeWindow>;
  readonly devices: ReadonlyMap<number, { readonly in?: GaugeWindow; readonly out?: GaugeWindow }>;
  readonly tailNs: number;
  /** known when the tail begins */
  endNs: number;
}

export interface GaugeContext {
  readonly clock: StampConverter;
  readonly wires: RoomWires;
  readonly now: () => number;
}

/**
 * What delay, jitter and rate really are, read from the users' own frames: the kernel stamps each where it enters a wire
 * and where it leaves it, so nothing has to be sent, and nodes see nothing of it. Only directions with such a fault are
 * watched, now and then.
 */
export class RoomGauge {
  readonly #context: GaugeContext;
  readonly #directions = new Map<string, GaugedDirection>();
  readonly #accounts = new GaugeAccounts();
  #tap: FrameTap | undefined;
  #window: OpenWindow | undefined;
  #windows = 0;
  #openNs = OPEN_NS;
  /** when to act; Infinity: nothing is watched */
  dueNs: number = Infinity;

  constructor(context: GaugeContext) {
    this.#context = context;
  }

  /** An edge has been applied within this interval: these directions are in these states now. */
  settle(
    touched: Iterable<WireDirection>,
    states: ReadonlyMap<string, SteeredState>,
    fromNs: number,
    toNs: number,
  ): void {
    let isOther = false;
    for (const at of touched) {
      const key = directionKey(at);
      const state = states.get(key);
      const expected = state === undefined ? undefined : this.#expected(state);
      const before = this.#directions.get(key);
      const current = before?.epochs.at(-1)?.expected;
      if (current?.key === expected?.key) continue;
      if ((current === undefined) !== (expected === undefined)) isOther = true;
      const direction = before ?? { at: { link: at.link, direction: at.direction }, epochs: [] };
      const epochs = direction.epochs.map((epoch) =>
        epoch.untilNs === Infinity ? { ...epoch, untilNs: fromNs } : epoch,
      );
      direction.epochs = [...epochs, { fromNs: toNs, untilNs: Infinity, expected }];
      this.#directions.set(key, direction);
      for (const part of expected?.parts ?? []) this.#accounts.expect(direction.at, part);
    }
    if (!isOther) return;
    this.#finish(toNs);
    this.#windows = 0;
    if (this.#gauged().length > 0) this.#open(toNs);
    else this.dueNs = Infinity;
  }

  #expected(state: SteeredState): ExpectedPassage | undefined {
    const wire = this.#context.wires.get(state.link);
    // where frames enter a direct wire they bear no stamp
    if (isDirect(wire)) return undefined;
    const { rateBitPerSec: own } = wire.spec;
    const rateBitPerSec = Math.min(state.rateBitPerSec || Infinity, own);
    const { mtu } = leaving(wire, state.direction).spec;
    return expectedPassage(state, { rateBitPerSec, burstBytes: burstBytes(rateBitPerSec, mtu) });
  }

  /** Directions that are to be watched now; of more than the tap can hear the first ones. */
  #gauged(): readonly (readonly [string, GaugedDirection])[] {
    return [...this.#directions]
      .filter(([, { epochs }]) => epochs.at(-1)?.expected !== undefined)
      .slice(0, FrameTap.most / 2);
  }

  act(nowNs: number): void {
    if (this.#window === undefined) this.#open(nowNs);
    else if (this.#window.endNs === Infinity) this.#beginTail(this.#window, nowNs);
    else this.#finish(nowNs);
  }

  #open(nowNs: number): void {
    this.#tap ??= new FrameTap(this.#context.clock);
    const { wires } = this.#context;
    const gauged = this.#gauged();
    // frames that entered before the window must have left before samples count: a twin would be taken for its other
    const waitNs = Math.max(0, ...gauged.map(([, { epochs }]) => reachOf(beforeNow(epochs, nowNs))));
    const byDirection = new Map<string, GaugeWindow>();
    const devices = new Map<number, { in?: GaugeWindow; out?: GaugeWindow }>();
    const put = (device: number, end: { in?: GaugeWindow; out?: GaugeWindow }): number => {
      devices.set(device, { ...devices.get(device), ...end });
      return device;
    };
    const [into, outOf]: [number[], number[]] = [[], []];
    for (const [key, { at }] of gauged) {
      const wire = wires.get(at.link);
      const window = new GaugeWindow(nowNs + waitNs);
      byDirection.set(key, window);
      into.push(put(entering(wire, at.direction).deviceIndex, { in: window }));
      outOf.push(put(leaving(wire, at.direction).deviceIndex, { out: window }));
    }
    this.#tap.listen({ entering: into, leaving: outOf });
    const tailNs = nowNs + waitNs + this.#openNs;
    this.#window = { openedNs: nowNs, byDirection, devices, tailNs, endNs: Infinity };
    this.dueNs = tailNs;
  } // prettier-ignore

  /** Frames that are on their way are followed to where they leave. */
  #beginTail(window: OpenWindow, nowNs: number): void {
    const outOf = [...window.devices].flatMap(([device, end]) =>
      end.out === undefined ? [] : [device],
    );
    this.#tap?.listen({ entering: [], leaving: outOf });
    const expected = this.#gauged().flatMap(([, { epochs }]) => epochs);
    window.endNs = nowNs + reachOf(expected);
    this.dueNs = window.endNs;
  }

  /** What the window has shown goes to the accounts. */
  #finish(nowNs: number): void {
    const window = this.#window;
    if (window === undefined || this.#tap === undefined) return;
    this.#window = undefined;
    this.#tap.listen({ entering: [], leaving: [] });
    let frames = 0;
    this.#tap.take(({ tNs, ifindex, isOutgoing, bytes, mark, key }) => {
      frames++;
      const device = window.devices.get(ifindex);
      if (isOutgoing) device?.out?.left({ tNs, key, bytes, mark });
      else device?.in?.entered(tNs, key);
    });
    const isWhole = this.#tap.takeDrops() === 0;
    for (const [key, own] of window.byDirection) {
      const direction = this.#directions.get(key);
      if (direction === undefined) continue;
      if (isWhole) own.evaluate(direction.epochs, this.#accounts.sinkOf(direction.at));
      direction.epochs = direction.epochs.slice(-2);
    }
    // with frames missing nobody knows which of the others were held up
    if (!isWhole) this.#openNs = Math.max(SHORTEST_OPEN_NS, this.#openNs / 2);
    this.#windows++;
    const least = this.#windows < FIRST_WINDOWS ? nowNs : nowNs + REST_NS;
    this.dueNs = Math.max(least, window.openedNs + frames * NS_PER_FRAME);
  }

  /** What these faults have come to so far. */
  doses(wanted: (fault: string, at: WireDirection) => boolean): DoseReport[] {
    if (!this.#accounts.has(wanted)) return [];
    if (this.#window !== undefined) this.#finish(this.#context.now());
    if (this.#gauged().length === 0) this.dueNs = Infinity;
    return this.#accounts.doses(wanted);
  }

  close(): void {
    this.#tap?.close();
  }
}

/** For how long a frame may be on its way. */
function reachOf(epochs: readonly Epoch[]): number {
  const most = epochs.flatMap(({ expected }) =>
    [...(expected?.byMark.values() ?? [])].map(({ delay }) => delay.mostNs),
  );
  return most.length === 0 ? 0 : Math.min(LONGEST_REACH_NS, Math.max(...most) + MARGIN_NS);
}

/** The epochs of frames that are in the room now; of one that begins now there is none yet. */
function beforeNow(epochs: readonly Epoch[], nowNs: number): readonly Epoch[] {
  return epochs.filter(({ fromNs }) => fromNs < nowNs);
}
