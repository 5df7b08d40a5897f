import type { StampConverter } from '../host/clock.ts';
import { CONTROL_TRAFFIC, PacketCapture } from '../host/packet-capture.ts';
import type { RoomReport } from './room.ts';
import type { Wire } from './room-wire.ts';

const BUFFER_BYTES = 16 << 20;

/**
 * How long frames may wait in the socket. The kernel has stamped them, so their times do not suffer; and a flood of
 * BPDUs on all links of a lab, or a frame that enters and leaves a wire, is one wake-up instead of many.
 */
const GATHER_NS = 5e6;

interface Place {
  readonly link: string;
  /** frames that come in at this device go this way */
  readonly direction: 'a>b' | 'b>a';
}

/** The one capture: control frames of all wires, entering (before any fault) and leaving (after drop and delay). */
export class RoomCapture {
  readonly #capture: PacketCapture;
  readonly #places = new Map<number, Place>();
  #sinceNs = 0;
  /** when to take frames out; Infinity: none has been heard of */
  dueNs: number = Infinity;

  constructor(clock: StampConverter) {
    this.#capture = new PacketCapture(clock, CONTROL_TRAFFIC, BUFFER_BYTES);
  }

  get fd(): number {
    return this.#capture.fd;
  }

  /** Know the devices of a wire; to be called again when they have changed. */
  place(wire: Wire): void {
    const { link } = wire;
    this.#places.set(wire.ends.a.deviceIndex, { link, direction: 'a>b' });
    this.#places.set(wire.ends.b.deviceIndex, { link, direction: 'b>a' });
  }

  /** The socket has frames. */
  heard(nowNs: number): void {
    if (this.dueNs === Infinity) this.dueNs = nowNs + GATHER_NS;
  }

  drain(nowNs: number, report: (report: RoomReport) => void): void {
    this.dueNs = Infinity;
    this.#capture.drain(({ tNs, ifindex, outgoing, bytes }) => {
      const place = this.#places.get(ifindex);
      if (place === undefined) return;
      const { link, direction } = place;
      if (outgoing) {
        const opposite = direction === 'a>b' ? 'b>a' : 'a>b';
        report({ type: 'frame', tNs, link, direction: opposite, stage: 'out', bytes });
      } else report({ type: 'frame', tNs, link, direction, stage: 'in', bytes });
    });
    const lost = this.#capture.takeDrops();
    if (lost > 0)
      report({ type: 'gap', source: 'capture', lost, sinceNs: this.#sinceNs, tNs: nowNs });
    this.#sinceNs = nowNs;
  }

  close(): void {
    this.#capture.close();
  }
}
