import { decodeAttributes, NLM_F, attribute, u32 } from './netlink.ts';
import type { NetlinkMessage, NetlinkRequest } from './netlink.ts';
import { AF } from './socket.ts';

/** Addresses of interfaces: rtnetlink(7), linux/if_addr.h. */

export const RTM_ADDRESS = { NEW: 20, DEL: 21, GET: 22 } as const;

const IFA = { ADDRESS: 1, LOCAL: 2, TARGET_NETNSID: 10 } as const;

export interface AddressMessage {
  readonly index: number;
  readonly present: boolean;
  /** '10.0.0.1/24', 'fe80::1/64' */
  readonly address: string;
}

/** The addresses of all interfaces of the namespace with this nsid (with NETLINK_GET_STRICT_CHK), or of this one. */
export function dumpAddresses(nsid?: number): NetlinkRequest {
  return {
    about: 'list addresses',
    type: RTM_ADDRESS.GET,
    flags: NLM_F.DUMP,
    body: Buffer.concat([
      Buffer.alloc(8),
      ...(nsid === undefined ? [] : [attribute(IFA.TARGET_NETNSID, u32(nsid))]),
    ]),
  };
}

/** RTM_NEWADDR or RTM_DELADDR. */
export function decodeAddress(message: NetlinkMessage): AddressMessage {
  const { body } = message;
  const attributes = decodeAttributes(body, 8);
  // on a point-to-point link IFA_ADDRESS is the other side's
  const bytes = attributes.get(IFA.LOCAL) ?? attributes.get(IFA.ADDRESS) ?? Buffer.alloc(4);
  const text = body.readUInt8(0) === AF.INET ? [...bytes].join('.') : ipv6Text(bytes);
  return {
    index: body.readUInt32LE(4),
    present: message.type === RTM_ADDRESS.NEW,
    address: `${text}/${String(body.readUInt8(1))}`,
  };
}

/** RFC 5952: the longest run of zero groups (two or more, the first of equals) becomes '::'. */
export function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, k) => bytes.readUInt16BE(2 * k).toString(16));
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  if (best.start < 0) return groups.join(':');
  const head = groups.slice(0, best.start).join(':');
  return `${head}::${groups.slice(best.start + best.length).join(':')}`;
}
