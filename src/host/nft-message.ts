import { u32, type NetlinkRequest } from './netlink.ts';

/** Messages of nftables for tables of the netdev family, linux/netfilter/nf_tables.h. */

export const NFNL_SUBSYS_NFTABLES = 10;
const NFPROTO_NETDEV = 5;

export function nftMessage(
  message: number,
  about: string,
  flags: number,
  attributes: readonly Buffer[],
): NetlinkRequest {
  return {
    about,
    type: (NFNL_SUBSYS_NFTABLES << 8) | message,
    flags,
    body: Buffer.concat([Buffer.of(NFPROTO_NETDEV, 0, 0, 0), ...attributes]),
  };
}

/** nfnetlink speaks network order. */
export function bigEndian(value: number): Buffer {
  return u32(value).swap32();
}
