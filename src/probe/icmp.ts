import { z } from 'zod';
import type { ProbeKind } from './probe.ts';
import { packetProbeShape, packetSignals, refuseEnds, type PacketProbeParams } from './traffic.ts';

export type IcmpParams = PacketProbeParams;

/** Echo requests (RFC 792) at a fixed rate; needs nothing at the other end, measures the way there and back. */
export const icmp: ProbeKind<IcmpParams> = {
  name: 'icmp',
  about: 'echo requests at a fixed rate: loss and round-trip time',
  schema: z.strictObject(packetProbeShape),
  example: 'ping: { icmp: { from: client-a, to: server, rate: 100/s } }',
  signals(id, params) {
    return packetSignals(id, params, 'rtt', 'round-trip time');
  },
  refuse: refuseEnds,
};
