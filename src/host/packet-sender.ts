import { libc } from './libc.ts';
import { ADDRESS_BYTES } from './packet-capture.ts';
import { AF, SOCK } from './socket.ts';

/** A packet socket for send(2) of whole Ethernet frames on one interface of this namespace; it receives nothing. */
export function openPacketSender(ifindex: number): number {
  // protocol 0, in socket(2) and in bind(2): no frame is ever queued on it
  const fd = libc.socket(AF.PACKET, SOCK.RAW | SOCK.CLOEXEC | SOCK.NONBLOCK, 0);
  const address = Buffer.alloc(ADDRESS_BYTES);
  address.writeUInt16LE(AF.PACKET, 0);
  address.writeInt32LE(ifindex, 4);
  libc.bind(fd, address, ADDRESS_BYTES);
  return fd;
}
