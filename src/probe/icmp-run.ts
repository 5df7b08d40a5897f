import { targetAddress } from './address-run.ts';
import type { IcmpParams } from './icmp.ts';
import { startPackets } from './packet-run.ts';
import type { StartProbe } from './probe-run.ts';
import { connectTo, openPingSocket } from './socket-run.ts';

const IPV4_HEADER_BYTES = 20;
const ICMP_HEADER_BYTES = 8;
const ECHO_REQUEST = 8;

/** The sequence number of RFC 792 has 16 bits; ours has 32 and follows the header. A ping socket gives no IP header. */
export const startIcmp: StartProbe<IcmpParams> = (params, ok, context) => {
  const address = targetAddress(context.lab, params);
  const from = context.lab.node(params.from);
  const socket = openPingSocket(from);
  const packet = new Uint8Array(params.size - IPV4_HEADER_BYTES);
  packet[0] = ECHO_REQUEST;
  const watch = startPackets(params, ok, context, {
    from,
    sender: socket,
    connect: () => connectTo(socket.fd, address, 0),
    receiver: socket,
    packet,
    sendOffset: ICMP_HEADER_BYTES,
    receiveOffset: ICMP_HEADER_BYTES,
    delayName: 'rtt',
  });
  return Promise.resolve(watch);
};
