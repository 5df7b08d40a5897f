import assert from 'node:assert/strict';
import { StampConverter, monotonicNs } from '../../../src/host/clock.ts';
import { DatagramReceiver } from '../../../src/host/datagram-receiver.ts';
import {
  DeadlineTimer,
  EPOLL,
  Epoll,
  clearEventFd,
  openEventFd,
  ringEventFd,
} from '../../../src/host/epoll.ts';
import { lastErrno, libc } from '../../../src/host/libc.ts';

const AF_INET = 2;
const UDP = 2 | 0o2004000;
const EAGAIN = 11;

/** A pair of UDP sockets on the loopback interface, the second with time stamps. */
function pair(): { send: number; receive: number } {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_INET, 0);
  address.set([127, 0, 0, 1], 4);
  const receive = libc.socket(AF_INET, UDP, 0);
  const on = Buffer.from([1, 0, 0, 0]);
  libc.setsockopt(receive, 1, 35, on, 4);
  libc.bind(receive, address, 16);
  libc.getsockname(receive, address, Buffer.from([16, 0, 0, 0]));
  const send = libc.socket(AF_INET, UDP, 0);
  libc.connect(send, address, 16);
  return { send, receive };
}

describe('DatagramReceiver', () => {
  it('takes a batch, with lengths, data and time stamps', () => {
    const { send, receive } = pair();
    const clock = new StampConverter(0);
    const receiver = new DatagramReceiver({ batch: 4, dataBytes: 16, nameBytes: 16 });
    const before = monotonicNs();
    for (let k = 0; k < 6; k++) libc.send(send, Buffer.from(`packet ${String(k)}`), 8, 0);
    const after = monotonicNs();
    assert.equal(receiver.receive(receive), 4);
    for (let k = 0; k < 4; k++) {
      const at = receiver.dataOffset(k);
      assert.equal(
        receiver.data.toString('utf8', at, at + receiver.length(k)),
        `packet ${String(k)}`,
      );
      assert.equal(receiver.names.readUInt16LE(receiver.nameOffset(k)), AF_INET);
      const tNs = clock.labNs(receiver.control, receiver.stampOffset(k));
      // the clocks are some 100 ns apart at most where they were compared
      assert.ok(tNs > before - 1e5 && tNs < after + 1e5, `${String(before)} ${String(tNs)}`);
    }
    assert.equal(receiver.receive(receive), 2);
    assert.equal(receiver.receive(receive), -1);
    assert.equal(lastErrno(), EAGAIN);
    libc.close(send);
    libc.close(receive);
  });

  it('keeps what fits of a long datagram', () => {
    const { send, receive } = pair();
    const receiver = new DatagramReceiver({ batch: 2, dataBytes: 4, nameBytes: 0 });
    libc.send(send, Buffer.from('abcdefgh'), 8, 0);
    libc.send(send, Buffer.from('ij'), 2, 0);
    assert.equal(receiver.receive(receive), 2);
    assert.equal(receiver.data.toString('utf8', 0, receiver.length(0)), 'abcd');
    assert.equal(receiver.data.toString('utf8', 4, 4 + receiver.length(1)), 'ij');
    libc.close(send);
    libc.close(receive);
  });
});

describe('Epoll', () => {
  it('wakes for an event and, at its deadline, for the timer', () => {
    const epoll = new Epoll();
    const timer = new DeadlineTimer();
    const event = openEventFd();
    epoll.add(event, EPOLL.IN);
    epoll.add(timer.fd, EPOLL.IN + EPOLL.EDGE);
    const woken = (): number[] => {
      const fds: number[] = [];
      // a signal, of a child of another test that ends, ends a wait too
      while (fds.length === 0) epoll.wait((fd) => fds.push(fd));
      return fds;
    };
    ringEventFd(event);
    assert.deepEqual(woken(), [event]);
    clearEventFd(event);
    for (let k = 0; k < 3; k++) {
      const at = monotonicNs() + 2e6;
      timer.arm(at);
      assert.deepEqual(woken(), [timer.fd]);
      assert.ok(monotonicNs() >= at, 'never early');
    }
    timer.arm(1);
    assert.deepEqual(woken(), [timer.fd], 'at once for a moment that is past');
    timer.arm(monotonicNs() + 1e6);
    timer.disarm();
    ringEventFd(event);
    assert.deepEqual(woken(), [event]);
    for (const fd of [event]) libc.close(fd);
    timer.close();
    epoll.close();
  });

  it('wakes once for a one-shot descriptor, until it is armed again', () => {
    const epoll = new Epoll();
    const [once, other] = [openEventFd(), openEventFd()];
    epoll.add(once, EPOLL.IN + EPOLL.ONESHOT);
    epoll.add(other, EPOLL.IN);
    const woken = (): number[] => {
      const fds: number[] = [];
      while (fds.length === 0) epoll.wait((fd) => fds.push(fd));
      return fds;
    };
    ringEventFd(once);
    assert.deepEqual(woken(), [once]);
    ringEventFd(other);
    assert.deepEqual(woken(), [other]);
    epoll.change(once, EPOLL.IN + EPOLL.ONESHOT);
    assert.deepEqual(woken().sort(), [once, other].sort());
    for (const fd of [once, other]) libc.close(fd);
    epoll.close();
  });
});
