import assert from 'node:assert/strict';
import { monotonicNs } from '../../../src/host/clock.ts';
import { openEventFd, ringEventFd } from '../../../src/host/epoll.ts';
import { IoUring } from '../../../src/host/io-uring.ts';
import { addressOf, attempt, lastErrno, libc } from '../../../src/host/libc.ts';

const AF_INET = 2;
const UDP = 2 | 0o2004000;
const ECONNREFUSED = 111;

/** undefined where the kernel has none, forbids it, or is older than 6.5 */
function open(): IoUring | undefined {
  try {
    return new IoUring(64);
  } catch {
    return undefined;
  }
}

function inet(port: number): Buffer {
  const out = Buffer.alloc(16);
  out.writeUInt16LE(AF_INET, 0);
  out.writeUInt16BE(port, 2);
  out.set([127, 0, 0, 1], 4);
  return out;
}

/** struct timespec, one after the other */
function timespecs(times: readonly number[]): Buffer {
  const out = Buffer.alloc(16 * times.length);
  for (const [k, ns] of times.entries()) {
    out.writeBigInt64LE(BigInt(Math.floor(ns / 1e9)), 16 * k);
    out.writeBigInt64LE(BigInt(ns % 1e9), 16 * k + 8);
  }
  return out;
}

describe('IoUring', () => {
  let ring: IoUring;
  let other: IoUring;

  beforeEach(function () {
    const [first, second] = [open(), open()];
    if (first === undefined || second === undefined) {
      this.skip();
    } else {
      ring = first;
      other = second;
    }
  });

  afterEach(() => {
    ring.close();
    other.close();
  });

  it('says when a descriptor is readable', () => {
    const event = openEventFd();
    ring.poll(event, 7);
    ringEventFd(event);
    const seen: number[] = [];
    ring.wait(({ tag }) => seen.push(tag));
    assert.deepEqual(seen, [7]);
    libc.close(event);
  });

  it('runs a chain of waits and sends, and tells another ring of its end', () => {
    const receive = libc.socket(AF_INET, UDP, 0);
    const address = inet(0);
    libc.bind(receive, address, 16);
    libc.getsockname(receive, address, Buffer.from([16, 0, 0, 0]));
    const send = libc.socket(AF_INET, UDP, 0);
    libc.connect(send, address, 16);
    const start = monotonicNs() + 2e6;
    const times = Array.from({ length: 5 }, (_, k) => start + k * 2e6);
    const waits = timespecs(times);
    const data = Buffer.from('0123456789');
    for (let k = 0; k < 5; k++) {
      ring.waitUntil(Number(addressOf(waits)) + 16 * k, 100);
      ring.send(send, Number(addressOf(data)) + 2 * k, 2, 0, k);
    }
    ring.tell(other, 42);
    ring.submit();
    const told: number[] = [];
    while (told.length === 0) other.wait(({ tag }) => told.push(tag));
    assert.deepEqual(told, [42]);
    assert.ok(monotonicNs() >= (times.at(-1) ?? 0), 'not before its time');
    const own: number[] = [];
    ring.take(({ tag }) => own.push(tag));
    assert.deepEqual(own, [], 'success is not worth a word');
    const got: string[] = [];
    const buffer = Buffer.alloc(16);
    for (let length; (length = attempt.recv(receive, buffer, 16, 0)) > 0;) {
      got.push(buffer.toString('utf8', 0, length));
    }
    assert.deepEqual(got, ['01', '23', '45', '67', '89']);
    libc.close(send);
    libc.close(receive);
  });

  it('goes on after a send that failed, and says which', () => {
    // nobody listens on port 1: the first packet brings an ICMP error back, which the second send reports
    const send = libc.socket(AF_INET, UDP, 0);
    libc.connect(send, inet(1), 16);
    const waits = timespecs([1, 2, 3].map((k) => monotonicNs() + k * 5e6));
    const data = Buffer.from('x');
    for (let k = 0; k < 3; k++) {
      ring.waitUntil(Number(addressOf(waits)) + 16 * k, 100);
      ring.send(send, Number(addressOf(data)), 1, 0, k);
    }
    ring.tell(other, 1);
    ring.submit();
    const ends: number[] = [];
    while (ends.length === 0) other.wait(({ tag }) => ends.push(tag));
    const failed: (readonly [number, number])[] = [];
    ring.take(({ tag, result }) => failed.push([tag, result]));
    assert.deepEqual(failed, [[1, -ECONNREFUSED]]);
    assert.ok(lastErrno() >= 0);
    libc.close(send);
  });
});
