import { z } from 'zod';
import { count } from '../scenario/units.ts';
import type { ProbeKind } from './probe.ts';
import {
  isIpv4,
  packetProbeShape,
  packetSignals,
  refuseEnds,
  type PacketProbeParams,
} from './traffic.ts';

export interface UdpParams extends PacketProbeParams {
  /** source and destination port; by default one that follows from the probe's name */
  readonly port?: number | undefined;
}

/** Datagrams one way, from a socket in `from` to a socket in `to`: both are ours, on one clock, so delay is exact. */
export const udp: ProbeKind<UdpParams> = {
  name: 'udp',
  about: 'datagrams one way at a fixed rate: loss and one-way delay',
  schema: z.strictObject({
    ...packetProbeShape,
    port: count({ min: 1, max: 65535 }).optional(),
  }),
  example: 'users-a: { udp: { from: client-a, to: server, rate: 100/s } }',
  signals(id, params) {
    return packetSignals(id, params, 'delay', 'one-way delay');
  },
  refuse(params, topology) {
    if (isIpv4(params.to)) {
      return `'to' must be a node (the receiver is a socket in it); give its address by 'address'`;
    }
    return refuseEnds(params, topology);
  },
};
