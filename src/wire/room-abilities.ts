import { NetlinkError, type NetlinkSocket } from '../host/netlink-socket.ts';
import { TC_ROOT, addQdisc, classId, priorityBands, type QdiscKind } from '../host/qdisc.ts';
import { createVeth, deleteLink } from '../host/rtnetlink-link.ts';
import { NEUTRAL_STAGE } from './direction-state.ts';
import { netemOptions } from './netem-options.ts';
import type { RoomAbilities } from './room.ts';

/** Below the indexes of wires. */
const TRIAL = { index: 998, peerIndex: 999, name: 'w0a', peerName: 'w0b', mtu: 1500 } as const;

/** What the kernel can do, found by doing it to a veth pair of its own. */
export function tryAbilities(socket: NetlinkSocket, netnsFd: number): RoomAbilities {
  const { index, peerIndex, name, peerName, mtu } = TRIAL;
  const pair = { netnsFd, mtu };
  socket.request([
    createVeth({ ...pair, name, index }, { ...pair, name: peerName, index: peerIndex }),
  ]);
  try {
    const netem = takes(socket, index, { kind: 'netem', options: netemOptions(NEUTRAL_STAGE) });
    // a class of frames is impaired by a netem in a band: one without the other is of no use
    return { netem, bands: netem && takes(socket, peerIndex, priorityBands(16)) };
  } finally {
    socket.request([deleteLink(index, name)]);
  }
}

function takes(socket: NetlinkSocket, device: number, qdisc: QdiscKind): boolean {
  try {
    socket.request([addQdisc({ device, handle: classId(1, 0), parent: TC_ROOT }, qdisc)]);
    return true;
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENOENT') return false;
    throw error;
  }
}
