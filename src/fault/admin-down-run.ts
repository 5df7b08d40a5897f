import type { NetlinkSocket } from '../host/netlink-socket.ts';
import { NLM_F, decodeAttributes } from '../host/netlink.ts';
import type { NetlinkRequest } from '../host/netlink.ts';
import { dumpAddresses } from '../host/rtnetlink-address.ts';
import { decodeLink, dumpLinks, setLinkUp } from '../host/rtnetlink-link.ts';
import { AF } from '../host/socket.ts';
import type { StartedLab, StartedNode } from '../lab/lab.ts';
import { markOf } from '../undo/mark.ts';
import { withSocket } from '../undo/network.ts';
import type { UndoAct } from '../undo/undo-act.ts';
import type { InjectNodeFault } from './node-fault-run.ts';

/** rtnetlink(7), linux/rtnetlink.h */
const RTM_GETROUTE = 26;
const RTA = { OIF: 4, GATEWAY: 5 } as const;
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
      undo: raise(down),
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

function raise({ node, name, index, wasUp, forgotten }: DownInterface): UndoAct {
  const base64 = (body: Buffer): string => body.toString('base64');
  return {
    ...{ do: 'interface-up', node: markOf(node), interface: name, index, wasUp },
    addresses: forgotten.addresses.map(base64),
    routes: forgotten.routes.map(base64),
  };
}

function recordForgotten(socket: NetlinkSocket, index: number): Forgotten {
  const addresses = socket
    .dump(dumpAddresses(), ({ body }) => Buffer.from(body))
    .filter((body) => body.readUInt8(0) === AF.INET6 && body.readUInt32LE(4) === index)
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
  return { about: 'list routes', type: RTM_GETROUTE, flags: NLM_F.DUMP, body: Buffer.alloc(12) };
}
