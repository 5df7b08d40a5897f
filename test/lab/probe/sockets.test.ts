import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { DatagramReceiver } from '../../../src/host/datagram-receiver.ts';
import { libc } from '../../../src/host/libc.ts';
import {
  closeNamespaces,
  inNetns,
  makeNamespaces,
  type NamespaceFds,
} from '../../../src/host/namespaces.ts';
import type { StartedLab, StartedNode } from '../../../src/lab/lab.ts';
import { targetAddress } from '../../../src/probe/address-run.ts';
import {
  connectTo,
  openPingSocket,
  openUdpReceiver,
  openUdpSender,
} from '../../../src/probe/socket-run.ts';
import { lab as topology } from '../../unit/observe/two-site-lab.ts';

const IP = '/sbin/ip';
const NODES = ['r1', 'r2'] as const;

/** Needs root: two namespaces with two links between them, named as the test lab's routers. */
class TwoRouters {
  readonly lab: StartedLab;
  readonly #fds = new Map<string, NamespaceFds>();

  constructor() {
    for (const name of NODES) {
      this.#fds.set(
        name,
        makeNamespaces({ files: false, pid: false }, () => undefined),
      );
    }
    this.ip('r1', 'link', 'set', 'lo', 'up');
    this.ip('r2', 'link', 'set', 'lo', 'up');
    for (const [index, port] of ['eth2', 'eth3'].entries()) {
      const far = `/proc/${process.pid}/fd/${this.#fds.get('r2')!.net}`;
      this.ip('r1', 'link', 'add', port, 'type', 'veth', 'peer', 'name', port, 'netns', far);
      for (const [side, name] of NODES.entries()) {
        this.ip(name, 'address', 'add', `10.0.1${index + 2}.${side + 1}/24`, 'dev', port);
      }
    }
    for (const name of NODES) {
      for (const port of ['eth2', 'eth3']) this.ip(name, 'link', 'set', port, 'up');
    }
    const node = (name: string): StartedNode =>
      ({ name, inNet: (body: () => unknown) => this.inNet(name, body) }) as StartedNode;
    this.lab = { topology, node, stop: () => Promise.resolve() };
  }

  inNet<T>(name: string, body: () => T): T {
    return inNetns(this.#fds.get(name)!.net, body);
  }

  ip(name: string, ...args: readonly string[]): void {
    this.inNet(name, () => execFileSync(IP, args));
  }

  close(): void {
    for (const fds of this.#fds.values()) closeNamespaces(fds);
  }
}

const receiver = new DatagramReceiver({ batch: 8, dataBytes: 256, nameBytes: 0 });

/** Everything that the socket has after a while; veth and loop-free paths need microseconds. */
async function received(fd: number): Promise<readonly { bytes: Buffer; stamped: boolean }[]> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  const count = receiver.receive(fd);
  return Array.from({ length: Math.max(0, count) }, (_, k) => {
    const at = receiver.dataOffset(k);
    return {
      bytes: Buffer.from(receiver.data.subarray(at, at + receiver.length(k))),
      stamped: receiver.stampOffset(k) >= 0,
    };
  });
}

describe('sockets of probes, in namespaces', () => {
  let routers: TwoRouters;

  before(() => {
    routers = new TwoRouters();
  });

  after(() => {
    routers.close();
  });

  const probe = (more: { to?: string; address?: string } = {}) =>
    ({ from: 'r1', to: 'r2', rate: 100, size: 84, timeout: 1e9, ...more }) as const;

  it('finds the address of the node: of the first link of the lab file, not 127.0.0.1', () => {
    assert.equal(targetAddress(routers.lab, probe()), '10.0.12.2');
    assert.equal(targetAddress(routers.lab, probe({ address: '10.0.13.2' })), '10.0.13.2');
    assert.equal(targetAddress(routers.lab, probe({ to: '192.0.2.1' })), '192.0.2.1');
  });

  it('prefers an address in a network of the sender', () => {
    routers.ip('r2', 'address', 'add', '172.16.0.2/24', 'dev', 'eth2');
    routers.ip('r2', 'address', 'del', '10.0.12.2/24', 'dev', 'eth2');
    try {
      assert.equal(targetAddress(routers.lab, probe()), '10.0.13.2');
    } finally {
      routers.ip('r2', 'address', 'del', '172.16.0.2/24', 'dev', 'eth2');
      routers.ip('r2', 'address', 'add', '10.0.12.2/24', 'dev', 'eth2');
    }
  });

  it('says which node has no address', () => {
    routers.ip('r2', 'address', 'flush', 'dev', 'eth2');
    routers.ip('r2', 'address', 'flush', 'dev', 'eth3');
    try {
      assert.throws(() => targetAddress(routers.lab, probe()), /node 'r2' has no IPv4 address/);
    } finally {
      routers.ip('r2', 'address', 'add', '10.0.12.2/24', 'dev', 'eth2');
      routers.ip('r2', 'address', 'add', '10.0.13.2/24', 'dev', 'eth3');
    }
  });

  it('gets echo replies with the sequence number where it was put, and a time stamp', async () => {
    const socket = openPingSocket(routers.lab.node('r1'));
    const { fd } = socket;
    assert.equal(connectTo(fd, '10.0.12.2', 0), true);
    const packet = Buffer.alloc(64);
    packet[0] = 8;
    packet.writeUInt32BE(0xdeadbeef, 8);
    libc.send(fd, packet, packet.length, 0);
    const [reply, ...more] = await received(fd);
    socket.close();
    assert.ok(reply !== undefined);
    assert.equal(more.length, 0);
    assert.equal(reply.bytes.length, 64);
    assert.equal(reply.bytes[0], 0, 'echo reply');
    assert.equal(reply.bytes.readUInt32BE(8), 0xdeadbeef);
    assert.equal(reply.stamped, true);
  });

  it('follows a node into another network namespace, behind the same descriptor', () => {
    let place = 'r2';
    const listeners: (() => void)[] = [];
    const node = {
      inNet: (body: () => unknown) => routers.inNet(place, body),
      onNetnsReplaced(listener: () => void) {
        listeners.push(listener);
        return () => listeners.splice(listeners.indexOf(listener), 1);
      },
    } as unknown as StartedNode;
    const socket = openPingSocket(node);
    assert.equal(connectTo(socket.fd, '10.0.12.1', 0), true);
    place = 'r1';
    for (const listener of listeners) listener();
    // r2 would answer itself
    assert.equal(connectTo(socket.fd, '10.0.12.2', 0), true);
    assert.equal(sourceOf(socket.fd), '10.0.12.1');
    socket.close();
    assert.deepEqual(listeners, []);
  });

  it('does not connect before there is a route', () => {
    const socket = openUdpSender(routers.lab.node('r1'), 23456);
    const { fd } = socket;
    assert.equal(connectTo(fd, '198.51.100.1', 23456), false);
    routers.ip('r1', 'route', 'add', '198.51.100.0/24', 'via', '10.0.12.2');
    assert.equal(connectTo(fd, '198.51.100.1', 23456), true);
    routers.ip('r1', 'route', 'del', '198.51.100.0/24');
    socket.close();
  });

  it('sends datagrams one way, from one port to the same port', async () => {
    const into = openUdpReceiver(routers.lab.node('r2'), 23456);
    const out = openUdpSender(routers.lab.node('r1'), 23456);
    assert.equal(connectTo(out.fd, '10.0.12.2', 23456), true);
    for (const sequence of [1, 2, 3]) {
      const packet = Buffer.alloc(56);
      packet.writeUInt32BE(sequence);
      libc.send(out.fd, packet, packet.length, 0);
    }
    const got = await received(into.fd);
    into.close();
    out.close();
    assert.deepEqual(got.map(({ bytes }) => bytes.readUInt32BE()), [1, 2, 3]); // prettier-ignore
    assert.ok(got.every(({ stamped, bytes }) => stamped && bytes.length === 56));
  });
});

/** getsockname(2): struct sockaddr_in */
function sourceOf(fd: number): string {
  const address = Buffer.alloc(16);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(16);
  libc.getsockname(fd, address, length);
  return [...address.subarray(4, 8)].join('.');
}
