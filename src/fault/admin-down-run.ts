import { NetlinkSocket, NetlinkError } from '../host/netlink-socket.ts';
import { NLM_F, decodeAttributes } from '../host/netlink.ts';
import type { NetlinkRequest } from '../host/netlink.ts';
import { RTM_ADDRESS, dumpAddresses } from '../host/rtnetlink-address.ts';
import { decodeLink, dumpLinks, setLinkUp } from '../host/rtnetlink-link.ts';
import type { StartedLab, StartedNode } from '../lab/lab.ts';
import type { InjectNodeFault } from './node-fault-run.ts';

/** rtnetlink(7), linux/rtnetlink.h */
const RTM_ROUTE = { NEW: 24, GET: 26 } as const;
const RTA = { OIF: 4, GATEWAY: 5 } as const;
const AF_INET6 = 10;
/** who made a route: `ip route add` (boot) and operators (static); the kernel's and daemons' come back by themselves */
const RTPROT_BY_HAND: readonly number[] = [3, 4];
/** ifaddrmsg.ifa_flags: without it the address was made by hand (no lifetime) */
const IFA_F_PERMANENT = 0x80;

/** What Linux forgets when an interface goes down, as it told it: sent back unchanged when it is up again. */
interface Forgotten {
  readonly addresses: readonly Buffer[];
  readonly routes: readonly Buffer[];
}

interface DownInterface {
  readonly node: StartedNode;
  readonly name: string;
  readonly index: number;
  readonly wasUp: boolean;
  readonly forgotten: Forgotten;
}

/**
 * `ip link set DEV down` in the node, for every endpoint of the target. Linux then forgets the IPv6 addresses and the
 * routes through the interface; healing gives back those that were made by hand, which an operator would have to.
 */
export const injectAdminDown: InjectNodeFault = async ({ fault, lab, undo }) => {
  const { endpoints } = fault.target;
  for (const endpoint of endpoints) {
    const down = look(lab, endpoint);
    await undo.step({
      about: `${endpoint}: raise it`,
      act: () => {
        takeDown(down);
      },
      undo: () => raise(down),
    });
  }
  return endpoints.map((endpoint) => `${endpoint} down`).join(', ');
};

/** What is there before, and what Linux will forget. */
function look(lab: StartedLab, endpoint: string): DownInterface {
  const at = endpoint.indexOf(':');
  const node = lab.node(endpoint.slice(0, at));
  const name = endpoint.slice(at + 1);
  return withSocket(node, (socket) => {
    const link = socket.dump(dumpLinks(), decodeLink).find((each) => each.name === name);
    if (link === undefined) throw new Error(`${endpoint} does not exist (any more)`);
    const forgotten = recordForgotten(socket, link.index);
    return { node, name, index: link.index, wasUp: link.adminUp, forgotten };
  });
}

function takeDown({ node, name, index }: DownInterface): void {
  withSocket(node, (socket) => {
    socket.request([setLinkUp(index, false, `${node.name}:${name}`)]);
    const after = socket.dump(dumpLinks(), decodeLink).find((each) => each.name === name);
    if (after?.adminUp !== false) throw new Error(`${node.name}:${name} is still up`);
  });
}

function raise({ node, name, index, wasUp, forgotten }: DownInterface): string {
  if (!wasUp) return `${node.name}:${name} was down before`;
  withSocket(node, (socket) => {
    // a node that was off meanwhile has been given everything anew
    if (!socket.dump(dumpLinks(), decodeLink).some((link) => link.index === index)) return;
    socket.request([setLinkUp(index, true, `${node.name}:${name}`)]);
    restore(socket, RTM_ADDRESS.NEW, 'address', forgotten.addresses);
    restore(socket, RTM_ROUTE.NEW, 'route', forgotten.routes);
  });
  return `${node.name}:${name} up`;
}

function withSocket<T>(node: StartedNode, body: (socket: NetlinkSocket) => T): T {
  return node.inNet(() => {
    const socket = new NetlinkSocket();
    try {
      return body(socket);
    } finally {
      socket.close();
    }
  });
}

function recordForgotten(socket: NetlinkSocket, index: number): Forgotten {
  const addresses = socket
    .dump(dumpAddresses(), ({ body }) => Buffer.from(body))
    .filter((body) => body.readUInt8(0) === AF_INET6 && body.readUInt32LE(4) === index)
    // link-local ones are made by the kernel again
    .filter((body) => (body.readUInt8(2) & IFA_F_PERMANENT) !== 0 && body.readUInt8(3) === 0);
  const routes = socket
    .dump(dumpRoutes(), ({ body }) => Buffer.from(body))
    .filter((body) => decodeAttributes(body, 12).get(RTA.OIF)?.readUInt32LE(0) === index)
    .filter((body) => RTPROT_BY_HAND.includes(body.readUInt8(5)));
  // a gateway must be reachable before a route can lead through it
  const viaGateway = (body: Buffer): number =>
    decodeAttributes(body, 12).has(RTA.GATEWAY) ? 1 : 0;
  return { addresses, routes: routes.sort((a, b) => viaGateway(a) - viaGateway(b)) };
}

/** All tables, both families. */
function dumpRoutes(): NetlinkRequest {
  return { about: 'list routes', type: RTM_ROUTE.GET, flags: NLM_F.DUMP, body: Buffer.alloc(12) };
}

/** What came back by itself (EEXIST) is as good. */
function restore(
  socket: NetlinkSocket,
  type: number,
  what: string,
  bodies: readonly Buffer[],
): void {
  for (const body of bodies) {
    const request = { about: `give back ${what}`, type, flags: NLM_F.CREATE | NLM_F.EXCL, body };
    try {
      socket.request([request]);
    } catch (error) {
      if (!(error instanceof NetlinkError) || error.code !== 'EEXIST') throw error;
    }
  }
}
