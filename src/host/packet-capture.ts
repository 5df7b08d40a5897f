import { BPF, assemble, attachFilter, type BpfStep } from './classic-bpf.ts';
import type { StampConverter } from './clock.ts';
import { DatagramReceiver } from './datagram-receiver.ts';
import { libc } from './libc.ts';
import { AF, SO, SOCK, SOL, setReceiveBuffer, setSocketOption } from './socket.ts';

const PACKET_STATISTICS = 6;
export const PACKET_OUTGOING = 4;
/** struct sockaddr_ll, packet(7) */
export const ADDRESS_BYTES = 20;
const BATCH = 64;

/** at most this much of a frame is kept */
export const SNAP_BYTES = 256;

const ETHERTYPE = { IPV4: 0x0800, ARP: 0x0806, IPV6: 0x86dd } as const;
/** VRRP (RFC 9568), OSPF (RFC 2328); UDP for BFD (RFC 5881, port 3784) */
const IP_PROTOCOL = { UDP: 17, OSPF: 89, VRRP: 112 } as const;
const BFD_PORT = 3784;

const load = (code: number, k: number): BpfStep => ({ code, k });
const when = (k: number, yes: string, no = ''): BpfStep => ({ code: BPF.JUMP_EQUAL, k, yes, no });

/** Frames of control protocols: BPDUs (by destination), ARP, VRRP, OSPF, BFD. Offsets are from the Ethernet header. */
export const CONTROL_TRAFFIC: readonly BpfStep[] = [
  load(BPF.LOAD_HALF, 12),
  when(ETHERTYPE.IPV4, 'ipv4'),
  when(ETHERTYPE.ARP, 'take'),
  when(ETHERTYPE.IPV6, 'ipv6'),
  load(BPF.LOAD_WORD, 0),
  when(0x0180c200, '', 'leave'),
  load(BPF.LOAD_HALF, 4),
  when(0, 'take', 'leave'),
  { label: 'ipv4' },
  load(BPF.LOAD_BYTE, 23),
  when(IP_PROTOCOL.VRRP, 'take'),
  when(IP_PROTOCOL.OSPF, 'take'),
  when(IP_PROTOCOL.UDP, '', 'leave'),
  load(BPF.LOAD_HALF, 20),
  // a later fragment has no ports
  { code: BPF.JUMP_SET, k: 0x1fff, yes: 'leave' },
  load(BPF.LOAD_HEADER_LENGTH, 14),
  load(BPF.LOAD_HALF_INDEXED, 16),
  when(BFD_PORT, 'take', 'leave'),
  { label: 'ipv6' },
  load(BPF.LOAD_BYTE, 20),
  when(IP_PROTOCOL.VRRP, 'take'),
  when(IP_PROTOCOL.OSPF, 'take'),
  when(IP_PROTOCOL.UDP, '', 'leave'),
  load(BPF.LOAD_HALF, 56),
  when(BFD_PORT, 'take', 'leave'),
  { label: 'leave' },
  load(BPF.RETURN, 0),
  { label: 'take' },
  load(BPF.RETURN, SNAP_BYTES),
];

/** A frame on one interface; `bytes` is a copy. */
export interface CapturedFrame {
  readonly tNs: number;
  readonly ifindex: number;
  /** sent by this machine on that interface (after its queue), rather than received there (before any rule) */
  readonly outgoing: boolean;
  readonly bytes: Uint8Array;
}

/** One packet socket on all interfaces of the namespace that the thread is in, with the kernel's time stamps. */
export class PacketCapture {
  readonly fd: number;
  readonly #clock: StampConverter;
  readonly #receiver = new DatagramReceiver({
    batch: BATCH,
    dataBytes: SNAP_BYTES,
    nameBytes: ADDRESS_BYTES,
  });

  constructor(clock: StampConverter, filter: readonly BpfStep[], bufferBytes: number) {
    this.#clock = clock;
    this.fd = openCapture(filter, bufferBytes);
  }

  /** Every frame that waits in the socket. */
  drain(take: (frame: CapturedFrame) => void): void {
    const { data, names, control } = this.#receiver;
    for (;;) {
      const count = this.#receiver.receive(this.fd);
      for (let k = 0; k < count; k++) {
        const name = this.#receiver.nameOffset(k);
        const start = this.#receiver.dataOffset(k);
        take({
          tNs: this.#clock.labNs(control, this.#receiver.stampOffset(k)),
          ifindex: names.readInt32LE(name + 4),
          outgoing: names.readUInt8(name + 10) === PACKET_OUTGOING,
          bytes: new Uint8Array(data.subarray(start, start + this.#receiver.length(k))),
        });
      }
      if (count < BATCH) return;
    }
  }

  /** Frames that the socket had no room for since the last call. */
  takeDrops(): number {
    return takeDrops(this.fd);
  }

  close(): void {
    libc.close(this.fd);
  }
}

/** A packet socket on all interfaces that receives, stamped, what the filter returns non-zero for. */
export function openCapture(filter: readonly BpfStep[], bufferBytes: number): number {
  // protocol 0 receives nothing until bind: no frame can come in before the filter stands
  const fd = libc.socket(AF.PACKET, SOCK.RAW | SOCK.CLOEXEC | SOCK.NONBLOCK, 0);
  attachFilter(fd, assemble(filter));
  setReceiveBuffer(fd, bufferBytes);
  setSocketOption(fd, SO.TIMESTAMPNS, 1);
  const address = Buffer.alloc(ADDRESS_BYTES);
  address.writeUInt16LE(AF.PACKET, 0);
  address.writeUInt16BE(3, 2); // ETH_P_ALL
  libc.bind(fd, address, ADDRESS_BYTES);
  return fd;
}

const statistics = Buffer.alloc(8);
const statisticsLength = Buffer.alloc(4);

/** Frames that a packet socket had no room for since the last call. */
export function takeDrops(fd: number): number {
  statisticsLength.writeUInt32LE(8);
  libc.getsockopt(fd, SOL.PACKET, PACKET_STATISTICS, statistics, statisticsLength);
  return statistics.readUInt32LE(4);
}
