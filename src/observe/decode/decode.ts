import type { Direction } from '../../wire/want.ts';
import { decodeArp } from './arp.ts';
import { decodeBpdu } from './bpdu.ts';
import { mac, u16 } from './bytes.ts';
import type { Frame, FrameBody } from './frame.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeOspf } from './ospf.ts';
import { decodeVrrp } from './vrrp.ts';

/** A frame as the capture reports it (a RoomReport of type 'frame' is one). */
export interface CapturedFrame {
  readonly tNs: number;
  readonly link: string;
  readonly direction: Direction;
  readonly stage: 'in' | 'out';
  /** from the Ethernet header on, possibly cut short */
  readonly bytes: Uint8Array;
}

const ETHERNET_BYTES = 14;
const TAG_BYTES = 4;
const MOST_TAGS = 2;
const LARGEST_802_3_LENGTH = 1500;
const LLC_BYTES = 3;
const ETHER_TYPE = { ipv4: 0x0800, arp: 0x0806, tag: 0x8100, serviceTag: 0x88a8 } as const;
const IP_PROTOCOL = { ospf: 89, vrrp: 112 } as const;

/** Undefined: not a control frame that we know, or not a valid one. Never throws, whatever the bytes. */
export function decodeFrame(captured: CapturedFrame): Frame | undefined {
  const { tNs, link, direction, stage, bytes } = captured;
  if (bytes.length < ETHERNET_BYTES) return undefined;
  const body = decodeBody(bytes);
  if (body === undefined) return undefined;
  const sourceMac = mac(bytes, 6);
  return { tNs, link, direction, stage, sourceMac, destinationMac: mac(bytes, 0), body };
}

function decodeBody(bytes: Uint8Array): FrameBody | undefined {
  let at = ETHERNET_BYTES - 2;
  for (let tags = 0; tags < MOST_TAGS && isTag(u16(bytes, at)); tags += 1) at += TAG_BYTES;
  if (bytes.length < at + 2) return undefined;
  const type = u16(bytes, at);
  const payload = bytes.subarray(at + 2);
  if (type <= LARGEST_802_3_LENGTH) return decodeLlc(payload.subarray(0, type));
  if (type === ETHER_TYPE.arp) return decodeArp(payload);
  return type === ETHER_TYPE.ipv4 ? decodeIpPayload(payload) : undefined;
}

function isTag(type: number): boolean {
  return type === ETHER_TYPE.tag || type === ETHER_TYPE.serviceTag;
}

/** 802.2 LLC: the spanning tree's SAP 0x42, unnumbered information. */
function decodeLlc(bytes: Uint8Array): FrameBody | undefined {
  const isBpdu = bytes[0] === 0x42 && bytes[1] === 0x42 && bytes[2] === 0x03;
  return isBpdu ? decodeBpdu(bytes.subarray(LLC_BYTES)) : undefined;
}

function decodeIpPayload(bytes: Uint8Array): FrameBody | undefined {
  const packet = decodeIpv4(bytes);
  if (packet?.ipProtocol === IP_PROTOCOL.vrrp) return decodeVrrp(packet);
  if (packet?.ipProtocol === IP_PROTOCOL.ospf) return decodeOspf(packet);
  return undefined;
}

/** One line for people: 'VRRPv2 vrid 51 prio 150 from 10.0.0.2'. */
export function frameSummary(frame: Frame): string {
  const { body } = frame;
  switch (body.protocol) {
    case 'bpdu':
      return bpduSummary(body, frame.sourceMac);
    case 'vrrp':
      return `VRRPv${body.version} vrid ${body.vrid} prio ${body.priority} from ${body.source}`;
    case 'ospf': {
      const heard = body.packetType === 'hello' ? `, hears ${list(body.neighbors)}` : '';
      return `OSPF ${body.packetType} of ${body.routerId} area ${body.area} from ${body.source}${heard}`;
    }
    case 'arp':
      return arpSummary(body);
    default:
      return body satisfies never;
  }
}

function bpduSummary(body: Extract<FrameBody, { protocol: 'bpdu' }>, sourceMac: string): string {
  if (body.bpduType === 'tcn') return `STP topology change notification from ${sourceMac}`;
  const name = body.bpduType === 'rst' ? 'RSTP' : 'STP';
  const flags = `${body.topologyChange ? ' TC' : ''}${body.topologyChangeAck ? ' TCA' : ''}`;
  const port = body.portId.toString(16).padStart(4, '0');
  return `${name} root ${body.rootId} cost ${body.rootPathCost} from ${body.bridgeId} port ${port}${flags}`;
}

function arpSummary(body: Extract<FrameBody, { protocol: 'arp' }>): string {
  switch (body.operation) {
    case 'request':
      return `ARP who has ${body.targetIp}, tell ${body.senderIp}`;
    case 'reply':
      return `ARP ${body.senderIp} is at ${body.senderMac}`;
    case 'gratuitous':
      return `ARP gratuitous: ${body.senderIp} is at ${body.senderMac}`;
    default:
      return body.operation satisfies never;
  }
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nobody' : names.join(' ');
}
