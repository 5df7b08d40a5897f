import { libc } from './libc.ts';

const AF_PACKET = 17;
const SOCK_RAW_CLOEXEC_NONBLOCK = 3 | 0o2004000;
/** struct sockaddr_ll, packet(7) */
const ADDRESS_BYTES = 20;

/** A packet socket for send(2) of whole Ethernet frames on one interface of this namespace; it receives nothing. */
export function openPacketSender(ifindex: number): number {
  // protocol 0, in socket(2) and in bind(2): no frame is ever queued on it
  const fd = libc.socket(AF_PACKET, SOCK_RAW_CLOEXEC_NONBLOCK, 0);
  const address = Buffer.alloc(ADDRESS_BYTES);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeInt32LE(ifindex, 4);
  libc.bind(fd, address, ADDRESS_BYTES);
  return fd;
}
