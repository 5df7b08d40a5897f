import type { StampConverter } from '../host/clock.ts';
import { FrameLogger } from '../host/frame-logger.ts';
import { CONTROL_TRAFFIC, PacketCapture } from '../host/packet-capture.ts';
import { LOG_GROUP } from './nft-node-text.ts';
import type { RoomReport } from './room.ts';
import { otherWay, type Direction } from './want.ts';

const BUFFER_BYTES = 4 << 20;
const COPY_BYTES = 256;

/**
 * Control frames of the direct wires of one node: what it sends before any fault (its rules log that), and what reaches
 * it (a packet socket). Made in the node's network namespace.
 */
export class NodeCapture {
  readonly #logger: FrameLogger;
  readonly #capture: PacketCapture;
  /** by interface: its link, and the direction of what leaves there */
  readonly #places = new Map<number, { readonly link: string; readonly direction: Direction }>();
  #sinceNs = 0;

  constructor(clock: StampConverter) {
    this.#logger = new FrameLogger(clock, LOG_GROUP, COPY_BYTES);
    this.#capture = new PacketCapture(clock, CONTROL_TRAFFIC, BUFFER_BYTES);
  }

  get fds(): readonly number[] {
    return [this.#logger.fd, this.#capture.fd];
  }

  place(ifindex: number, link: string, direction: Direction): void {
    this.#places.set(ifindex, { link, direction });
  }

  drain(nowNs: number, report: (report: RoomReport) => void): void {
    this.#logger.drain(nowNs, ({ tNs, ifindex, bytes }) => {
      const place = this.#places.get(ifindex);
      if (place !== undefined) report({ type: 'frame', tNs, ...place, stage: 'in', bytes });
    });
    this.#capture.drain(({ tNs, ifindex, outgoing, bytes }) => {
      const place = this.#places.get(ifindex);
      if (outgoing || place === undefined) return;
      const direction = otherWay(place.direction);
      report({ type: 'frame', tNs, link: place.link, direction, stage: 'out', bytes });
    });
    const lost = this.#capture.takeDrops() + this.#logger.takeLosses();
    if (lost > 0)
      report({ type: 'gap', source: 'capture', lost, sinceNs: this.#sinceNs, tNs: nowNs });
    this.#sinceNs = nowNs;
  }

  close(): void {
    this.#logger.close();
    this.#capture.close();
  }
}
