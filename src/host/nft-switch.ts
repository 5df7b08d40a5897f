import { NLM_F, attribute, nested, zeroTerminated } from './netlink.ts';
import type { NetlinkSocket } from './netlink-socket.ts';
import { NFNL_SUBSYS_NFTABLES, bigEndian, nftMessage } from './nft-message.ts';

/**
 * Which chain a chain jumps to, by raw netlink, linux/netfilter/nf_tables.h: libnftables reads the whole ruleset anew for
 * every transaction (30 to 50 system calls), this is two.
 */

const NFT_MSG = { NEWRULE: 6, DELRULE: 8 } as const;
const NFTA_RULE = { TABLE: 1, CHAIN: 2, EXPRESSIONS: 4 } as const;
const NFTA_LIST_ELEM = 1;
const NFTA_EXPR = { NAME: 1, DATA: 2 } as const;
const NFTA_IMMEDIATE = { DREG: 1, DATA: 2 } as const;
const NFTA_DATA_VERDICT = 2;
const NFTA_VERDICT = { CODE: 1, CHAIN: 2 } as const;
const NFT_REG_VERDICT = 0;
const NFT_JUMP = -3;

/** `from` has no other rules: afterwards its only rule is a jump to `to`, or none where that is null. */
export interface ChainSwitch {
  readonly from: string;
  readonly to: string | null;
}

/**
 * All of them in one transaction; the chains exist, in one table of the netdev family. `socket` is of family NETFILTER.
 * @throws NetlinkError: nothing was changed
 */
export function switchChains(
  socket: NetlinkSocket,
  table: string,
  switches: readonly ChainSwitch[],
): void {
  const requests = switches.flatMap(({ from, to }) => {
    const at = [
      attribute(NFTA_RULE.TABLE, zeroTerminated(table)),
      attribute(NFTA_RULE.CHAIN, zeroTerminated(from)),
    ];
    const flush = nftMessage(NFT_MSG.DELRULE, `flush chain ${from}`, 0, at);
    if (to === null) return [flush];
    const jump = nested(NFTA_RULE.EXPRESSIONS, [nested(NFTA_LIST_ELEM, jumpTo(to))]);
    return [flush, nftMessage(NFT_MSG.NEWRULE, `${from}: jump ${to}`, NLM_F.CREATE, [...at, jump])];
  });
  if (requests.length > 0) socket.transaction(NFNL_SUBSYS_NFTABLES, requests);
}

function jumpTo(chain: string): Buffer[] {
  const verdict = nested(NFTA_DATA_VERDICT, [
    attribute(NFTA_VERDICT.CODE, bigEndian(NFT_JUMP)),
    attribute(NFTA_VERDICT.CHAIN, zeroTerminated(chain)),
  ]);
  return [
    attribute(NFTA_EXPR.NAME, zeroTerminated('immediate')),
    nested(NFTA_EXPR.DATA, [
      attribute(NFTA_IMMEDIATE.DREG, bigEndian(NFT_REG_VERDICT)),
      nested(NFTA_IMMEDIATE.DATA, [verdict]),
    ]),
  ];
}
