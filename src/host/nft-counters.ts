import { attribute, decodeAttributes, textOf, zeroTerminated } from './netlink.ts';
import type { NetlinkRequest } from './netlink.ts';
import type { NetlinkSocket } from './netlink-socket.ts';
import { bigEndian, nftMessage } from './nft-message.ts';

/** Named counters of nftables by raw netlink, linux/netfilter/nf_tables.h: libnftables takes 100 times as long. */

const NFT_MSG_GETOBJ = 19;
const NFTA_OBJ = { TABLE: 1, NAME: 2, TYPE: 3, DATA: 4 } as const;
const NFTA_COUNTER_PACKETS = 2;
const NFT_OBJECT_COUNTER = 1;

/** The packets that each of these counters of a netdev table has counted. `socket` is of family NETFILTER. */
export function readCounters(
  socket: NetlinkSocket,
  table: string,
  names: readonly string[],
): ReadonlyMap<string, number> {
  const found = socket.get(
    names.map((name) => getCounter(table, name)),
    ({ body }) => {
      const attributes = decodeAttributes(body, 4);
      const data = decodeAttributes(attributes.get(NFTA_OBJ.DATA) ?? Buffer.alloc(0));
      const packets = data.get(NFTA_COUNTER_PACKETS)?.readBigUInt64BE(0) ?? 0n;
      return [textOf(attributes.get(NFTA_OBJ.NAME) ?? Buffer.alloc(0)), Number(packets)] as const;
    },
  );
  return new Map(found);
}

function getCounter(table: string, name: string): NetlinkRequest {
  return nftMessage(NFT_MSG_GETOBJ, `read counter ${name}`, 0, [
    attribute(NFTA_OBJ.TABLE, zeroTerminated(table)),
    attribute(NFTA_OBJ.NAME, zeroTerminated(name)),
    attribute(NFTA_OBJ.TYPE, bigEndian(NFT_OBJECT_COUNTER)),
  ]);
}
