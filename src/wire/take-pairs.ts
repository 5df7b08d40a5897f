import { inNetns } from '../host/namespaces.ts';
import { withNetlink, type NetlinkSocket } from '../host/netlink-socket.ts';
import {
  decodeVeth,
  dumpLinks,
  setLinkForWire,
  takeLink,
  type VethSeen,
} from '../host/rtnetlink-link.ts';
import type { WirePlace } from './room-wire.ts';
import type { WireEndSpec } from './room.ts';

/** Pairs that somebody else made between nodes and his own namespace: their far ends come into the room. */
export function takePairs(places: readonly WirePlace[], roomNetnsFd: number): void {
  for (const { end } of places) {
    const { spec, device, deviceIndex } = end;
    const { hostEnd } = spec;
    if (hostEnd === undefined) continue;
    end.nodeIndex = inSocket(spec.netnsFd, (socket) => {
      const { index } = linkOf(socket, spec.interface, spec.node);
      socket.request([setLinkForWire(index, spec.mtu, `${spec.node}:${spec.interface}`)]);
      return index;
    });
    inSocket(hostEnd.netnsFd, (socket) => {
      const { index } = linkOf(socket, hostEnd.device, 'the host');
      const to = { name: device, index: deviceIndex, netnsFd: roomNetnsFd };
      socket.request([takeLink(index, to)]);
    });
  }
}

/** The index that a node's end has now; undefined while it is in no namespace of the node. */
export function nodeIndexOf({ netnsFd, interface: name }: WireEndSpec): number | undefined {
  return inSocket(netnsFd, (socket) => findLink(socket, name)?.index);
}

/** @throws when there is none of that name */
export function linkOf(socket: NetlinkSocket, name: string, where: string): VethSeen {
  const link = findLink(socket, name);
  if (link === undefined) throw new Error(`there is no interface '${name}' in ${where}`);
  return link;
}

function findLink(socket: NetlinkSocket, name: string): VethSeen | undefined {
  return socket.dump(dumpLinks(), decodeVeth).find((each) => each.name === name);
}

function inSocket<T>(netnsFd: number, body: (socket: NetlinkSocket) => T): T {
  return inNetns(netnsFd, () => withNetlink(body));
}
