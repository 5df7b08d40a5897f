import type { StampConverter } from '../host/clock.ts';
import { CONTROL_TRAFFIC, PacketCapture } from '../host/packet-capture.ts';
import { EPOLL, type Epoll } from '../host/epoll.ts';
import { inNetns } from '../host/namespaces.ts';
import { NodeCapture } from './node-capture.ts';
import type { RoomReport, WireEndSpec } from './room.ts';
import { bothEnds, isDirect, type Wire } from './room-wire.ts';
import { otherWay, type Direction } from './want.ts';

const BUFFER_BYTES = 16 << 20;

/**
 * How long frames may wait in the socket. The kernel has stamped them, so their times do not suffer; and a flood of
 * BPDUs on all links of a lab, or a frame that enters and leaves a wire, is one wake-up instead of many.
 */
const GATHER_NS = 5e6;

interface Place {
  readonly link: string;
  /** frames that come in at this device go this way */
  readonly direction: Direction;
}

/** The one capture: control frames of all wires, entering (before any fault) and leaving (after drop and delay). */
export class RoomCapture {
  readonly #clock: StampConverter;
  readonly #epoll: Epoll;
  readonly #capture: PacketCapture;
  readonly #places = new Map<number, Place>();
  /** of direct wires, by node */
  readonly #nodes = new Map<string, NodeCapture>();
  readonly #fds = new Set<number>();
  #sinceNs = 0;
  /** when to take frames out; Infinity: none has been heard of */
  dueNs: number = Infinity;

  constructor(clock: StampConverter, epoll: Epoll) {
    this.#clock = clock;
    this.#epoll = epoll;
    this.#capture = new PacketCapture(clock, CONTROL_TRAFFIC, BUFFER_BYTES);
    this.#hear(this.#capture.fd);
  }

  #hear(fd: number): void {
    this.#fds.add(fd);
    this.#epoll.add(fd, EPOLL.IN + EPOLL.ONESHOT);
  }

  /** One of its sockets? */
  has(fd: number): boolean {
    return this.#fds.has(fd);
  }

  /** Know the devices of a wire; to be called again when they have changed. */
  place(wire: Wire): void {
    const { link } = wire;
    if (isDirect(wire)) {
      for (const { side, spec, deviceIndex } of bothEnds(wire))
        this.#ofNode(spec).place(deviceIndex, link, side === 'a' ? 'a>b' : 'b>a');
      return;
    }
    this.#places.set(wire.ends.a.deviceIndex, { link, direction: 'a>b' });
    this.#places.set(wire.ends.b.deviceIndex, { link, direction: 'b>a' });
  }

  #ofNode({ node, netnsFd }: WireEndSpec): NodeCapture {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    const capture = inNetns(netnsFd, () => new NodeCapture(this.#clock));
    this.#nodes.set(node, capture);
    for (const fd of capture.fds) this.#hear(fd);
    return capture;
  }

  /** A socket has frames. */
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
        report({ type: 'frame', tNs, link, direction: otherWay(direction), stage: 'out', bytes });
      } else report({ type: 'frame', tNs, link, direction, stage: 'in', bytes });
    });
    const lost = this.#capture.takeDrops();
    if (lost > 0)
      report({ type: 'gap', source: 'capture', lost, sinceNs: this.#sinceNs, tNs: nowNs });
    this.#sinceNs = nowNs;
    for (const node of this.#nodes.values()) node.drain(nowNs, report);
    for (const fd of this.#fds) this.#epoll.change(fd, EPOLL.IN + EPOLL.ONESHOT);
  }

  close(): void {
    this.#capture.close();
    for (const node of this.#nodes.values()) node.close();
  }
}
