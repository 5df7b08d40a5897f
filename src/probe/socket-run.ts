import { readFileSync, writeFileSync } from 'node:fs';
import { libc, SystemCallError } from '../host/libc.ts';
import { replaceDescriptor } from '../host/namespaces.ts';
import { AF, SO, SOCK, setReceiveBuffer, setSocketOption } from '../host/socket.ts';
import type { StartedNode } from '../lab/lab.ts';

/** Sockets of the engine in a node's network namespace: probes are file descriptors, not processes. */

const DATAGRAM = SOCK.DGRAM | SOCK.NONBLOCK | SOCK.CLOEXEC;
const IPPROTO_ICMP = 1;
const SOCKADDR_IN_BYTES = 16;
const NO_ROUTE = ['ENETUNREACH', 'EHOSTUNREACH'];
/** half a second of 10,000 packets/s, at the kernel's price of a small packet (768 bytes) */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** who may open ping sockets, per namespace (ip-sysctl); nobody by default. The engine's group is 0. */
const PING_GROUP_RANGE = '/proc/sys/net/ipv4/ping_group_range';

/** A socket in a node's network namespace, whichever that is: the descriptor stays the same. */
export interface NodeSocket {
  readonly fd: number;
  close(): void;
}

/** An ICMP echo socket (icmp(7), "ping socket"): the kernel fills in identifier and checksum. */
export function openPingSocket(node: StartedNode): NodeSocket {
  return openIn(node, () => {
    const before = readFileSync(PING_GROUP_RANGE, 'utf8');
    writeFileSync(PING_GROUP_RANGE, '0 0');
    try {
      const fd = libc.socket(AF.INET, DATAGRAM, IPPROTO_ICMP);
      prepareToReceive(fd);
      return fd;
    } finally {
      // it is asked when a socket is opened, and the node may be somebody else's
      writeFileSync(PING_GROUP_RANGE, before);
    }
  });
}

/** From the port that it sends to, so that the five-tuple is the same in every run. */
export function openUdpSender(node: StartedNode, port: number): NodeSocket {
  return openIn(node, () => {
    const fd = libc.socket(AF.INET, DATAGRAM, 0);
    bindAny(fd, port);
    return fd;
  });
}

export function openUdpReceiver(node: StartedNode, port: number): NodeSocket {
  return openIn(node, () => {
    const fd = libc.socket(AF.INET, DATAGRAM, 0);
    prepareToReceive(fd);
    bindAny(fd, port);
    return fd;
  });
}

/** A node that starts again in another namespace has a new socket behind the same descriptor. */
function openIn(node: StartedNode, open: () => number): NodeSocket {
  const fd = node.inNet(open);
  const stopFollowing = node.onNetnsReplaced?.(() => {
    replaceDescriptor(fd, node.inNet(open));
  });
  return {
    fd,
    close() {
      stopFollowing?.();
      libc.close(fd);
    },
  };
}

/**
 * Connect a socket (of whichever namespace) to an address; from then on it keeps the source address that the route
 * gave it. False while there is no route: a routing protocol may be on its way.
 */
export function connectTo(fd: number, address: string, port: number): boolean {
  try {
    libc.connect(fd, socketAddress(address, port), SOCKADDR_IN_BYTES);
    return true;
  } catch (error) {
    const noRoute = error instanceof SystemCallError && NO_ROUTE.includes(error.code);
    if (!noRoute) throw error;
    return false;
  }
}

function prepareToReceive(fd: number): void {
  setSocketOption(fd, SO.TIMESTAMPNS, 1);
  setReceiveBuffer(fd, RECEIVE_BUFFER_BYTES);
}

function bindAny(fd: number, port: number): void {
  libc.bind(fd, socketAddress('0.0.0.0', port), SOCKADDR_IN_BYTES);
}

/** struct sockaddr_in, ip(7) */
function socketAddress(address: string, port: number): Buffer {
  const bytes = Buffer.alloc(SOCKADDR_IN_BYTES);
  bytes.writeUInt16LE(AF.INET, 0);
  bytes.writeUInt16BE(port, 2);
  Buffer.from(address.split('.').map(Number)).copy(bytes, 4);
  return bytes;
}
