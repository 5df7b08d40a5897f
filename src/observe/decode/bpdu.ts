import { hex, u16, u32 } from './bytes.ts';
import type { FrameBody } from './frame.ts';

type BpduBody = Extract<FrameBody, { readonly protocol: 'bpdu' }>;

/** 802.1D-2004 9.3: where the fields are, from the protocol identifier on */
const AT = {
  version: 2, type: 3, flags: 4, rootId: 5, rootPathCost: 13, bridgeId: 17, portId: 25,
  messageAge: 27, maxAge: 29, helloTime: 31, forwardDelay: 33,
} as const; // prettier-ignore
const CONFIG_BYTES = 35;
const TCN_BYTES = 4;
const TYPES: Readonly<Record<number, BpduBody['bpduType']>> = {
  0x00: 'config',
  0x02: 'rst',
  0x80: 'tcn',
};
const FLAG_TOPOLOGY_CHANGE = 0x01;
const FLAG_TOPOLOGY_CHANGE_ACK = 0x80;

/** A TCN says nothing but its type: its identifiers are '' and its times 0. `bytes` starts after the LLC header. */
export function decodeBpdu(bytes: Uint8Array): BpduBody | undefined {
  if (bytes.length < TCN_BYTES || u16(bytes, 0) !== 0) return undefined;
  const bpduType = TYPES[bytes[AT.type] ?? -1];
  if (bpduType === undefined) return undefined;
  if (bpduType === 'tcn') return { ...EMPTY, bpduType };
  if (bytes.length < CONFIG_BYTES) return undefined;
  const flags = bytes[AT.flags] ?? 0;
  return {
    protocol: 'bpdu',
    bpduType,
    rootId: bridgeId(bytes, AT.rootId),
    rootPathCost: u32(bytes, AT.rootPathCost),
    bridgeId: bridgeId(bytes, AT.bridgeId),
    portId: u16(bytes, AT.portId),
    topologyChange: (flags & FLAG_TOPOLOGY_CHANGE) !== 0,
    topologyChangeAck: (flags & FLAG_TOPOLOGY_CHANGE_ACK) !== 0,
    messageAgeMs: milliseconds(bytes, AT.messageAge),
    maxAgeMs: milliseconds(bytes, AT.maxAge),
    helloTimeMs: milliseconds(bytes, AT.helloTime),
    forwardDelayMs: milliseconds(bytes, AT.forwardDelay),
  };
}

const EMPTY: BpduBody = {
  protocol: 'bpdu',
  bpduType: 'tcn',
  rootId: '',
  rootPathCost: 0,
  bridgeId: '',
  portId: 0,
  topologyChange: false,
  topologyChangeAck: false,
  messageAgeMs: 0,
  maxAgeMs: 0,
  helloTimeMs: 0,
  forwardDelayMs: 0,
};

/** '8000.aac1ab000001', as sysfs and brctl write it: priority (with system id extension), then address */
function bridgeId(bytes: Uint8Array, at: number): string {
  return `${hex(bytes, at, 2)}.${hex(bytes, at + 2, 6)}`;
}

/** Times are in 1/256 s. */
function milliseconds(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) * 1000) / 256;
}
