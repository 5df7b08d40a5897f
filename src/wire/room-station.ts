import { inNetns } from '../host/namespaces.ts';
import { NETLINK_FAMILY, NetlinkSocket } from '../host/netlink-socket.ts';
import { switchChains, type ChainSwitch } from '../host/nft-switch.ts';
import { Nftables } from '../host/nftables.ts';
import { switchText } from './nft-node-text.ts';
import { NODE_RULES, ROOM_RULES, type RulePlace } from './rule-place.ts';

/**
 * A network namespace in which faults of wires act, with what it takes to act there: the room's own for wires that pass
 * through it, a node's for a direct one (a link of a lab that runs already), which is impaired where it leaves the node.
 */
export interface Station {
  /** null: the room */
  readonly node: string | null;
  /** where rules stand */
  readonly rules: RulePlace;
  readonly socket: NetlinkSocket;
  /** of family NETFILTER */
  readonly filter: NetlinkSocket;
  readonly nft: Nftables;
  /** As `switchChains` of host/nft-switch.ts, in the table of the place. */
  switchChains(switches: readonly ChainSwitch[]): void;
}

/** The room, and every node in which something was to be done. */
export class RoomStations {
  readonly room: Station = openStation(null, ROOM_RULES);
  readonly #nodes = new Map<string, Station>();

  /** The node's, from now on. */
  ofNode(node: string, netnsFd: number): Station {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    const station = inNetns(netnsFd, () => openStation(node, NODE_RULES));
    this.#nodes.set(node, station);
    return station;
  }

  close(): void {
    for (const { socket, filter, nft } of [this.room, ...this.#nodes.values()])
      for (const part of [socket, filter, nft]) part.close();
  }
}

/** Sockets belong to the namespace that the thread is in when they are made. */
function openStation(node: string | null, rules: RulePlace): Station {
  const socket = new NetlinkSocket();
  const filter = new NetlinkSocket(NETLINK_FAMILY.NETFILTER);
  const nft = new Nftables();
  return {
    ...{ node, rules, socket, filter, nft },
    switchChains: (switches) => {
      // a table that belongs to libnftables' socket takes orders from that alone
      if (rules.isOwned) nft.run(switchText(rules.table, switches));
      else switchChains(filter, rules.table, switches);
    },
  };
}

/** The members of a list by their station, in the order in which stations turn up. */
export function byStation<T>(
  list: Iterable<T>,
  stationOf: (one: T) => Station,
): ReadonlyMap<Station, readonly T[]> {
  const found = new Map<Station, T[]>();
  for (const one of list) {
    const station = stationOf(one);
    const own = found.get(station) ?? [];
    own.push(one);
    found.set(station, own);
  }
  return found;
}
