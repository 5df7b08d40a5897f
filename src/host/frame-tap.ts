import { assemble, attachFilter, BPF, BPF_ABOUT, type BpfStep } from './classic-bpf.ts';
import type { StampConverter } from './clock.ts';
import { DatagramReceiver } from './datagram-receiver.ts';
import { libc, SystemCallError } from './libc.ts';
import { ADDRESS_BYTES, openCapture, PACKET_OUTGOING, takeDrops } from './packet-capture.ts';
import { SO, SOL, setSocketOption } from './socket.ts';

const BATCH = 64;
/** enough to tell two frames apart: headers, and the number in a probe's packet */
const KEY_BYTES = 128;
const BUFFER_BYTES = 8 << 20;
/** nothing is cut off: the clone shares the frame's memory */
const WHOLE_FRAME = 0xffff;
/** a jump of the filter goes no further than 255 steps */
const MOST_INTERFACES = 200;

/** The frames that a tap hears, by the indexes of interfaces. */
export interface Tapped {
  /** those that come in here */
  readonly entering: readonly number[];
  /** those that go out here, after its queueing tree */
  readonly leaving: readonly number[];
}

export interface TappedFrame {
  readonly tNs: number;
  readonly ifindex: number;
  readonly isOutgoing: boolean;
  /** as it is on the wire, without FCS */
  readonly bytes: number;
  readonly mark: number;
  /** its first bytes as text */
  readonly key: string;
}

/**
 * A packet socket that is told whom to listen to, and wakes nobody: frames wait in it until they are asked for. What it
 * hears passes as if it were not there.
 */
export class FrameTap {
  readonly #fd: number;
  readonly #clock: StampConverter;
  readonly #receiver = new DatagramReceiver({
    ...{ batch: BATCH, dataBytes: KEY_BYTES, nameBytes: ADDRESS_BYTES, wholeLength: true },
  });
  /** does the kernel say the mark of a frame? */
  readonly #hasMarks: boolean;

  constructor(clock: StampConverter) {
    this.#clock = clock;
    this.#fd = openCapture([{ code: BPF.RETURN, k: 0 }], BUFFER_BYTES);
    this.#hasMarks = asksForMarks(this.#fd);
  }

  /** The most interfaces that `listen` takes, entering and leaving together. */
  static readonly most: number = MOST_INTERFACES;

  /** From now on to these, and to no others. */
  listen(to: Tapped): void {
    attachFilter(this.#fd, assemble(programFor(to)));
  }

  /** Everything that was heard. Marks are 0 where the kernel does not say them. */
  take(each: (frame: TappedFrame) => void): void {
    const receiver = this.#receiver;
    const { data, names, control } = receiver;
    for (;;) {
      const count = receiver.receive(this.#fd);
      for (let k = 0; k < count; k++) {
        const name = receiver.nameOffset(k);
        const start = receiver.dataOffset(k);
        const bytes = receiver.length(k);
        const mark = this.#hasMarks ? receiver.controlOffset(k, SOL.SOCKET, SO.MARK) : -1;
        each({
          tNs: this.#clock.labNs(control, receiver.stampOffset(k)),
          ifindex: names.readInt32LE(name + 4),
          isOutgoing: names.readUInt8(name + 10) === PACKET_OUTGOING,
          bytes,
          mark: mark < 0 ? 0 : control.readUInt32LE(mark),
          key: `${String(bytes)} ${data.toString('latin1', start, start + Math.min(bytes, KEY_BYTES))}`,
        });
      }
      if (count < BATCH) return;
    }
  }

  /** Frames that there was no room for since the last call. */
  takeDrops(): number {
    return takeDrops(this.#fd);
  }

  close(): void {
    libc.close(this.#fd);
  }
}

function asksForMarks(fd: number): boolean {
  try {
    setSocketOption(fd, SO.RCVMARK, 1);
    return true;
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    return false;
  }
}

function programFor({ entering, leaving }: Tapped): readonly BpfStep[] {
  const among = (indexes: readonly number[]): readonly BpfStep[] =>
    indexes.map((k) => ({ code: BPF.JUMP_EQUAL, k, yes: 'take', no: '' }));
  return [
    { code: BPF.LOAD_WORD, k: BPF_ABOUT.PACKET_TYPE },
    { code: BPF.JUMP_EQUAL, k: PACKET_OUTGOING, yes: 'leaving', no: '' },
    { code: BPF.LOAD_WORD, k: BPF_ABOUT.INTERFACE },
    ...among(entering),
    { code: BPF.RETURN, k: 0 },
    { label: 'leaving' },
    { code: BPF.LOAD_WORD, k: BPF_ABOUT.INTERFACE },
    ...among(leaving),
    { code: BPF.RETURN, k: 0 },
    { label: 'take' },
    { code: BPF.RETURN, k: WHOLE_FRAME },
  ];
}
