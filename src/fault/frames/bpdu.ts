import type { CraftedFrame } from '../../wire/want.ts';
import { ethernet, macBytes, u16 } from './ethernet.ts';

/** IEEE 802.1D-2004 table 7-10: the Bridge Group Address */
const BRIDGE_GROUP_ADDRESS = '01:80:c2:00:00:00';
/** 802.2 LLC: both SAPs 0x42, unnumbered information */
const LLC = Buffer.of(0x42, 0x42, 0x03);

export interface ConfigBpdu {
  /** who sends it: bridge identifier and source address */
  readonly mac: string;
  /** of the root, which it says that it is */
  readonly priority: number;
  readonly version: 'stp' | 'rstp';
  readonly helloNs: number;
  readonly maxAgeNs: number;
  readonly forwardDelayNs: number;
}

const PORT_ID = 0x8001;
/** 802.1D-2004 9.3.3: port role designated, learning, forwarding, agreement */
const RST_DESIGNATED = 0b0111_1100;

/**
 * What a bridge sends that takes itself for the root: a Configuration BPDU (802.1D-1998 9.3.1) or an RST BPDU
 * (802.1D-2004 9.3.3), with root path cost 0 and message age 0.
 */
export function configBpdu(bpdu: ConfigBpdu): CraftedFrame {
  const { mac, priority, version } = bpdu;
  const bridgeId = Buffer.concat([u16(priority), macBytes(mac)]);
  const rapid = version === 'rstp';
  return frame(
    mac,
    Buffer.concat([
      u16(0),
      Buffer.of(rapid ? 2 : 0, rapid ? 0x02 : 0x00, rapid ? RST_DESIGNATED : 0),
      bridgeId,
      Buffer.alloc(4),
      bridgeId,
      u16(PORT_ID),
      ...[0, bpdu.maxAgeNs, bpdu.helloNs, bpdu.forwardDelayNs].map(time),
      // version 1 length, which rapid spanning tree has and says is 0
      ...(rapid ? [Buffer.of(0)] : []),
    ]),
  );
}

/** A Topology Change Notification, 802.1D-1998 9.3.2. */
export function topologyChangeBpdu(mac: string): CraftedFrame {
  return frame(mac, Buffer.concat([u16(0), Buffer.of(0, 0x80)]));
}

function frame(mac: string, bpdu: Buffer): CraftedFrame {
  const payload = Buffer.concat([LLC, bpdu]);
  return ethernet(BRIDGE_GROUP_ADDRESS, mac, payload.length, payload);
}

/** in 1/256 s */
function time(ns: number): Buffer {
  return u16(Math.round((ns * 256) / 1e9));
}
