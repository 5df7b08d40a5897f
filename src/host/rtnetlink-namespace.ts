import { attribute, decodeAttributes, i32, u32 } from './netlink.ts';
import type { NetlinkRequest } from './netlink.ts';
import type { NetlinkSocket } from './netlink-socket.ts';

/** Network namespace ids: linux/net_namespace.h, ip-netns(8). A number by which one namespace knows another. */

const RTM_NSID = { NEW: 88, GET: 90 } as const;
const NETNSA = { NSID: 1, FD: 3 } as const;

/** The namespace behind the fd gets this id in the socket's namespace. EEXIST when it has one. */
export function assignNsid(netnsFd: number, nsid: number): NetlinkRequest {
  return {
    about: `give the namespace of fd ${String(netnsFd)} the id ${String(nsid)}`,
    type: RTM_NSID.NEW,
    flags: 0,
    body: Buffer.concat([
      Buffer.alloc(4),
      attribute(NETNSA.NSID, i32(nsid)),
      attribute(NETNSA.FD, u32(netnsFd)),
    ]),
  };
}

/** The id that the namespace behind the fd has; -1 for none. */
export function lookUpNsid(socket: NetlinkSocket, netnsFd: number): number {
  const body = Buffer.concat([Buffer.alloc(4), attribute(NETNSA.FD, u32(netnsFd))]);
  const about = `look up the id of the namespace of fd ${String(netnsFd)}`;
  const [nsid] = socket.get([{ about, type: RTM_NSID.GET, flags: 0, body }], (message) =>
    decodeAttributes(message.body, 4).get(NETNSA.NSID)?.readInt32LE(0),
  );
  return nsid ?? -1;
}
