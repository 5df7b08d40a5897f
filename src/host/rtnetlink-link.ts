import {
  NLM_F,
  attribute,
  decodeAttributes,
  macBytes,
  macText,
  nested,
  textOf,
  u32,
  zeroTerminated,
  type NetlinkMessage,
  type NetlinkRequest,
} from './netlink.ts';
import { AF } from './socket.ts';

/** Links: rtnetlink(7), linux/if_link.h, net/if.h. */

export const RTM_LINK = { NEW: 16, DEL: 17, GET: 18 } as const;

const IFLA = {
  ADDRESS: 1,
  IFNAME: 3,
  MTU: 4,
  LINK: 5,
  MASTER: 10,
  TXQLEN: 13,
  PROTINFO: 12,
  LINKINFO: 18,
  NET_NS_FD: 28,
  LINK_NETNSID: 37,
  EXT_MASK: 29,
  GSO_MAX_SEGS: 40,
  TARGET_NETNSID: 46,
  NEW_IFINDEX: 49,
} as const;
const IFLA_INFO = { KIND: 1, DATA: 2, SLAVE_KIND: 4, SLAVE_DATA: 5 } as const;
const VETH_INFO_PEER = 1;
const IFLA_BRPORT_STATE = 1;
const RTEXT_FILTER_SKIP_STATS = 8;

const IFF_UP = 0x1;
const IFF_LOWER_UP = 0x10000;

/** struct ifinfomsg */
function interfaceHeader(index: number, flags = 0, change = 0): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(index, 4);
  header.writeUInt32LE(flags, 8);
  header.writeUInt32LE(change, 12);
  return header;
}

/** One end of a veth pair that is to be made. */
export interface VethEnd {
  readonly name: string;
  readonly index: number;
  /** the network namespace it is made in */
  readonly netnsFd: number;
  readonly mtu: number;
  /** the kernel makes one up when undefined */
  readonly mac?: string | undefined;
}

function endAttributes(end: VethEnd): Buffer[] {
  return [
    attribute(IFLA.IFNAME, zeroTerminated(end.name)),
    attribute(IFLA.NET_NS_FD, u32(end.netnsFd)),
    attribute(IFLA.MTU, u32(end.mtu)),
    // TCP hands over packets of up to 64 kB otherwise: loss, limit and size would be counted per super-packet
    attribute(IFLA.GSO_MAX_SEGS, u32(1)),
    ...(end.mac === undefined ? [] : [attribute(IFLA.ADDRESS, macBytes(end.mac))]),
  ];
}

/**
 * A veth pair made straight across two namespaces (moving an end afterwards costs 20 ms). `raised` is admin-up at
 * once, its peer is not; both have the interface index given, which the kernel takes for the peer only when both are.
 */
export function createVeth(raised: VethEnd, peer: VethEnd): NetlinkRequest {
  const peerInfo = Buffer.concat([interfaceHeader(peer.index), ...endAttributes(peer)]);
  return {
    about: `create ${raised.name} = ${peer.name}`,
    type: RTM_LINK.NEW,
    flags: NLM_F.CREATE | NLM_F.EXCL,
    body: Buffer.concat([
      interfaceHeader(raised.index, IFF_UP, IFF_UP),
      ...endAttributes(raised),
      nested(IFLA.LINKINFO, [
        attribute(IFLA_INFO.KIND, zeroTerminated('veth')),
        nested(IFLA_INFO.DATA, [attribute(VETH_INFO_PEER, peerInfo)]),
      ]),
    ]),
  };
}

export function setLinkUp(index: number, up: boolean, about: string): NetlinkRequest {
  return {
    about: `${up ? 'raise' : 'take down'} ${about}`,
    type: RTM_LINK.NEW,
    flags: 0,
    body: interfaceHeader(index, up ? IFF_UP : 0, IFF_UP),
  };
}

/** What a link that someone else made must have to be a wire end. */
export function setLinkForWire(index: number, mtu: number, about: string): NetlinkRequest {
  return {
    about: `set up ${about}`,
    type: RTM_LINK.NEW,
    flags: 0,
    body: Buffer.concat([
      interfaceHeader(index),
      attribute(IFLA.MTU, u32(mtu)),
      attribute(IFLA.GSO_MAX_SEGS, u32(1)),
    ]),
  };
}

/** Packets that a queueing discipline of the interface may hold, where it does not say itself; 0: none is meant to. */
export function setQueueLength(index: number, packets: number, about: string): NetlinkRequest {
  return {
    about: `set the queue length of ${about}`,
    type: RTM_LINK.NEW,
    flags: 0,
    body: Buffer.concat([interfaceHeader(index), attribute(IFLA.TXQLEN, u32(packets))]),
  };
}

export function deleteLink(index: number, about: string): NetlinkRequest {
  return { about: `delete ${about}`, type: RTM_LINK.DEL, flags: 0, body: interfaceHeader(index) };
}

/** Give a link to another network namespace: it keeps its index, name and address, and loses all that stood on it. */
export function moveLink(index: number, netnsFd: number, about: string): NetlinkRequest {
  return {
    about: `move ${about}`,
    type: RTM_LINK.NEW,
    flags: 0,
    body: Buffer.concat([interfaceHeader(index), attribute(IFLA.NET_NS_FD, u32(netnsFd))]),
  };
}

/** As `moveLink`, but it is known by this name and index from then on (since Linux 5.12). */
export function takeLink(
  index: number,
  to: Pick<VethEnd, 'name' | 'index' | 'netnsFd'>,
): NetlinkRequest {
  return {
    about: `take ${to.name}`,
    type: RTM_LINK.NEW,
    flags: 0,
    body: Buffer.concat([
      interfaceHeader(index),
      attribute(IFLA.IFNAME, zeroTerminated(to.name)),
      attribute(IFLA.NET_NS_FD, u32(to.netnsFd)),
      attribute(IFLA.NEW_IFINDEX, u32(to.index)),
    ]),
  };
}

/** The links of this namespace, or of the one with this nsid. Needs NETLINK_GET_STRICT_CHK for an nsid. */
export function dumpLinks(nsid?: number): NetlinkRequest {
  return {
    about: 'list links',
    type: RTM_LINK.GET,
    flags: NLM_F.DUMP,
    body: Buffer.concat([
      interfaceHeader(0),
      attribute(IFLA.EXT_MASK, u32(RTEXT_FILTER_SKIP_STATS)),
      ...(nsid === undefined ? [] : [attribute(IFLA.TARGET_NETNSID, u32(nsid))]),
    ]),
  };
}

/** A link as a message tells it; a member is undefined where the message is silent about it. */
export interface LinkMessage {
  readonly index: number;
  /** RTM_DELLINK. Of family AF.BRIDGE: only no longer a port */
  readonly removed: boolean;
  readonly fromBridge: boolean;
  readonly name: string;
  readonly adminUp: boolean;
  /** IFF_LOWER_UP: the other end is there and up */
  readonly carrier: boolean;
  readonly mac: string | undefined;
  /** index of the device that it is a port of; 0 for none */
  readonly master: number;
  /** IFLA_BRPORT_STATE; null: not a bridge port */
  readonly portState: number | null;
}

/** RTM_NEWLINK or RTM_DELLINK, of family AF_UNSPEC or (a bridge about its port) AF.BRIDGE. */
export function decodeLink(message: NetlinkMessage): LinkMessage {
  const { body } = message;
  const attributes = decodeAttributes(body, 16);
  const flags = body.readUInt32LE(8);
  const mac = attributes.get(IFLA.ADDRESS);
  return {
    index: body.readInt32LE(4),
    removed: message.type === RTM_LINK.DEL,
    fromBridge: body.readUInt8(0) === AF.BRIDGE,
    name: textOf(attributes.get(IFLA.IFNAME) ?? Buffer.alloc(0)),
    adminUp: (flags & IFF_UP) !== 0,
    carrier: (flags & IFF_LOWER_UP) !== 0,
    mac: mac === undefined ? undefined : macText(mac),
    master: attributes.get(IFLA.MASTER)?.readUInt32LE(0) ?? 0,
    portState: portState(attributes),
  };
}

/** A link as an end of a veth pair. */
export interface VethSeen {
  readonly index: number;
  readonly name: string;
  readonly mtu: number;
  readonly queueLength: number;
  readonly isVeth: boolean;
  /** the far end's, in its namespace; undefined: it has none that can be named here */
  readonly peerIndex: number | undefined;
  /** of the far end's namespace, as this one knows it; undefined: it is this one */
  readonly peerNsid: number | undefined;
}

export function decodeVeth({ body }: NetlinkMessage): VethSeen {
  const attributes = decodeAttributes(body, 16);
  const kind = decodeAttributes(attributes.get(IFLA.LINKINFO) ?? Buffer.alloc(0));
  return {
    index: body.readInt32LE(4),
    name: textOf(attributes.get(IFLA.IFNAME) ?? Buffer.alloc(0)),
    mtu: attributes.get(IFLA.MTU)?.readUInt32LE(0) ?? 0,
    queueLength: attributes.get(IFLA.TXQLEN)?.readUInt32LE(0) ?? 0,
    isVeth: textOf(kind.get(IFLA_INFO.KIND) ?? Buffer.alloc(0)) === 'veth',
    peerIndex: attributes.get(IFLA.LINK)?.readUInt32LE(0),
    peerNsid: attributes.get(IFLA.LINK_NETNSID)?.readInt32LE(0),
  };
}

/** A bridge sends IFLA_PROTINFO about its ports; the link itself says the same in IFLA_INFO_SLAVE_DATA. */
function portState(attributes: Map<number, Buffer>): number | null {
  const own = attributes.get(IFLA.PROTINFO);
  if (own !== undefined) return decodeAttributes(own).get(IFLA_BRPORT_STATE)?.readUInt8(0) ?? null;
  const info = attributes.get(IFLA.LINKINFO);
  if (info === undefined) return null;
  const inner = decodeAttributes(info);
  const kind = inner.get(IFLA_INFO.SLAVE_KIND);
  const data = inner.get(IFLA_INFO.SLAVE_DATA);
  if (kind === undefined || data === undefined || textOf(kind) !== 'bridge') return null;
  return decodeAttributes(data).get(IFLA_BRPORT_STATE)?.readUInt8(0) ?? null;
}
