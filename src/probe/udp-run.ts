import { targetAddress } from './address-run.ts';
import { hash, startPackets } from './packet-run.ts';
import type { StartProbe } from './probe-run.ts';
import { connectTo, openUdpReceiver, openUdpSender } from './socket-run.ts';
import type { UdpParams } from './udp.ts';

const HEADERS_BYTES = 28;
const FIRST_PORT = 20_000;
const PORTS = 10_000;

export const startUdp: StartProbe<UdpParams> = (params, ok, context) => {
  const { lab, id } = context;
  const port = params.port ?? FIRST_PORT + (hash(id) % PORTS);
  const address = targetAddress(lab, params);
  const from = lab.node(params.from);
  const sender = openUdpSender(from, port);
  const watch = startPackets(params, ok, context, {
    from,
    sender,
    connect: () => connectTo(sender.fd, address, port),
    receiver: openUdpReceiver(lab.node(params.to), port),
    packet: new Uint8Array(params.size - HEADERS_BYTES),
    sendOffset: 0,
    receiveOffset: 0,
    delayName: 'delay',
  });
  return Promise.resolve(watch);
};
