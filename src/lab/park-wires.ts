import { NETLINK_FAMILY, NetlinkError, withNetlink } from '../host/netlink-socket.ts';
import { Nftables } from '../host/nftables.ts';
import { decodeLink, deleteLink, dumpLinks, moveLink, setLinkUp } from '../host/rtnetlink-link.ts';

/** nfnetlink: subsystem 1 (conntrack), IPCTNL_MSG_CT_DELETE without a filter: all of them */
const FLUSH_CONNTRACK = { about: 'flush conntrack', type: 0x102, flags: 0, body: Buffer.alloc(4) };

/**
 * Take from the network namespace that this thread is in all that a node without power has not: the ends of its wires
 * are parked, which takes from them all that an operator or a daemon gave them; other interfaces, rules and tracked
 * connections are gone.
 */
export function emptyNamespace(parking: number, wired: readonly string[]): void {
  moveWires(parking, wired);
  withNetlink((socket) => {
    const others = socket.dump(dumpLinks(), decodeLink).filter(({ name }) => name !== 'lo');
    for (const { index, name } of others) {
      try {
        socket.request([deleteLink(index, name)]);
      } catch (error) {
        // one end of a pair takes the other with it; some devices of the kernel's own stay
        if (!(error instanceof NetlinkError)) throw error;
      }
    }
  });
  const nft = new Nftables();
  nft.run('flush ruleset');
  nft.close();
  try {
    withNetlink((socket) => {
      socket.request([FLUSH_CONNTRACK]);
    }, NETLINK_FAMILY.NETFILTER);
  } catch (error) {
    // a kernel that tracks no connections
    if (!(error instanceof NetlinkError)) throw error;
  }
}

/** From the namespace that this thread is in; their peers in the wire room stay their peers. */
export function moveWires(toNetnsFd: number, wired: readonly string[]): void {
  withNetlink((socket) => {
    const links = socket.dump(dumpLinks(), decodeLink).filter(({ name }) => wired.includes(name));
    socket.request(links.map(({ index, name }) => moveLink(index, toNetnsFd, name)));
  });
}

export function raiseWires(wired: readonly string[]): void {
  withNetlink((socket) => {
    const links = socket.dump(dumpLinks(), decodeLink).filter(({ name }) => wired.includes(name));
    socket.request(links.map(({ index, name }) => setLinkUp(index, true, name)));
  });
}
