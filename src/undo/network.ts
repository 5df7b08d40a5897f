import { NLM_F } from '../host/netlink.ts';
import { NetlinkError, withNetlink, type NetlinkSocket } from '../host/netlink-socket.ts';
import { NftError, Nftables } from '../host/nftables.ts';
import { deleteQdisc } from '../host/qdisc.ts';
import { RTM_ADDRESS } from '../host/rtnetlink-address.ts';
import { decodeLink, dumpLinks, setLinkUp, setQueueLength } from '../host/rtnetlink-link.ts';
import type { UndoActOf } from './undo-act.ts';
import type { UndoNode } from './undo-place.ts';

/** rtnetlink(7) */
const RTM_NEWROUTE = 24;

type InNet = Pick<UndoNode, 'name' | 'inNet'>;

/** A route socket in the network namespace of a node; synchronous. */
export function withSocket<T>(node: InNet, body: (socket: NetlinkSocket) => T): T {
  return node.inNet(() => withNetlink(body));
}

/** Commands of nftables in a node, as one transaction. */
export function runNft(node: InNet, commands: string): void {
  node.inNet(() => {
    const nft = new Nftables();
    try {
      nft.run(commands);
    } catch (error) {
      if (error instanceof NftError) throw new Error(`${node.name}: ${error.message}`);
      throw error;
    } finally {
      nft.close();
    }
  });
}

export function raiseInterface(act: UndoActOf<'interface-up'>, node: UndoNode): string {
  const name = `${node.name}:${act.interface}`;
  if (act.wasUp) {
    withSocket(node, (socket) => {
      // a node that was off meanwhile has been given everything anew
      if (!socket.dump(dumpLinks(), decodeLink).some(({ index }) => index === act.index)) return;
      socket.request([setLinkUp(act.index, true, name)]);
      restore(socket, RTM_ADDRESS.NEW, 'address', act.addresses);
      restore(socket, RTM_NEWROUTE, 'route', act.routes);
    });
  }
  return act.wasUp ? `${name} up` : `${name} was down before`;
}

/** What came back by itself (EEXIST) is as good. */
function restore(
  socket: NetlinkSocket,
  type: number,
  what: string,
  bodies: readonly string[],
): void {
  for (const base64 of bodies) {
    const body = Buffer.from(base64, 'base64');
    const flags = NLM_F.CREATE | NLM_F.EXCL;
    request(socket, { about: `give back ${what}`, type, flags, body }, ['EEXIST']);
  }
}

export function removeTable({ table }: UndoActOf<'remove-table'>, node: UndoNode): string {
  // that deletes it whether it is there or not
  runNft(node, `table ${table} {}; delete table ${table}`);
  return `${node.name}: nft delete table ${table}`;
}

export function removeQdisc(act: UndoActOf<'remove-qdisc'>, node: UndoNode): string {
  const { handle, parent } = act;
  withSocket(node, (socket) => {
    const links = socket.dump(dumpLinks(), decodeLink);
    const device = links.find(({ name }) => name === act.interface)?.index;
    // what stands there with another handle (EINVAL) is not ours
    const nothing = ['ENOENT', 'EINVAL'];
    if (device === undefined) return;
    request(socket, deleteQdisc({ device, handle, parent }), nothing);
    if (act.queueLength !== undefined)
      socket.request([setQueueLength(device, act.queueLength, act.interface)]);
  });
  return `${node.name}:${act.interface}: no qdisc of ours`;
}

function request(
  socket: NetlinkSocket,
  what: Parameters<NetlinkSocket['request']>[0][number],
  unless: readonly string[],
): void {
  try {
    socket.request([what]);
  } catch (error) {
    if (!(error instanceof NetlinkError) || !unless.includes(error.code)) throw error;
  }
}
