import assert from 'node:assert/strict';
import { NEUTRAL_STAGE } from '../../../src/wire/direction-state.ts';
import type { NetemStage } from '../../../src/wire/direction-state.ts';
import { netemOptions } from '../../../src/wire/netem-options.ts';

const ALWAYS = [1, 3, 4, 6, 7, 8, 10, 11, 12];
const QOPT_BYTES = 24;

function attributes(options: Buffer, start = QOPT_BYTES): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  let at = start;
  while (at < options.length) {
    const length = options.readUInt16LE(at);
    assert.ok(length >= 4 && at + length <= options.length, 'an attribute is cut off');
    found.set(options.readUInt16LE(at + 2), options.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  assert.equal(at, options.length);
  return found;
}

function stage(changes: Partial<NetemStage>): Buffer {
  return netemOptions({ ...NEUTRAL_STAGE, ...changes });
}

const bytesPerSec = (options: Buffer): bigint =>
  attributes(options).get(8)?.readBigUInt64LE(0) ?? -1n;

describe('netem options', () => {
  it('always carry every attribute: a change leaves what is not given', () => {
    for (const options of [stage({}), stage({ delayNs: 5e6, corruptRatio: 0.1 })]) {
      for (const type of ALWAYS)
        assert.ok(attributes(options).has(type), `attribute ${String(type)}`);
    }
  });

  it('of a neutral stage do nothing: no rate, no delay, a long queue', () => {
    const options = stage({});
    assert.equal(bytesPerSec(options), 0n);
    assert.deepEqual(
      [...new Uint32Array(options.buffer.slice(options.byteOffset, options.byteOffset + 24))],
      [0, 100_000, 0, 0, 0, 0],
    );
    assert.equal(attributes(options).has(5), false);
    assert.equal(attributes(options).has(2), false);
  });

  it('give a delay in nanoseconds, and a rate that keeps the order', () => {
    const options = stage({ delayNs: 10_500_001 });
    assert.equal(attributes(options).get(10)?.readBigInt64LE(0), 10_500_001n);
    assert.equal(options.readUInt32LE(0), Math.round(10_500_001 / 64));
    assert.equal(bytesPerSec(options), 1_250_000_000n);
    assert.equal(bytesPerSec(netemOptions(NEUTRAL_STAGE, { keepOrder: true })), 1_250_000_000n);
    assert.equal(bytesPerSec(stage({ delayNs: 1, rateBitPerSec: 8000 })), 1000n);
  });

  it('carry the table of the jitter', () => {
    const options = stage({ delayNs: 1e7, jitters: [{ jitterNs: 1e6, distribution: 'uniform' }] });
    const table = attributes(options).get(2) ?? Buffer.alloc(0);
    assert.equal(table.length, 2 * 4096);
    assert.equal(attributes(options).get(11)?.readBigInt64LE(0), 1_000_000n);
    assert.equal(table.readInt16LE(0), -8190);
    assert.equal(table.readInt16LE(table.length - 2), 8190);
  });

  it('give Gilbert-Elliott as p, r, h, 1-k: h is what survives in the bad state', () => {
    const loss = { type: 'gemodel', p: 0.25, r: 1, lossBad: 0.75, lossGood: 0 } as const;
    const nested = attributes(stage({ loss })).get(5) ?? Buffer.alloc(0);
    const model = attributes(nested, 0).get(2);
    assert.deepEqual(
      [0, 4, 8, 12].map((offset) => model?.readUInt32LE(offset)),
      [0x40000000, 0xffffffff, 0x40000000, 0],
    );
  });

  it('give the four states in the order of the kernel: p13 p31 p32 p14 p23', () => {
    const loss = { type: 'four-state', p13: 0, p31: 1, p32: 0, p23: 0.5, p14: 0.25 } as const;
    const nested = attributes(stage({ loss })).get(5) ?? Buffer.alloc(0);
    const model = attributes(nested, 0).get(1);
    assert.deepEqual(
      [0, 4, 8, 12, 16].map((offset) => model?.readUInt32LE(offset)),
      [0, 0xffffffff, 0, 0x40000000, 0x80000000],
    );
  });

  it('give reorder with its gap, corrupt, slot, and a seed only when asked', () => {
    const options = stage({
      delayNs: 1,
      reorderRatio: 0.5,
      reorderGap: 3,
      corruptRatio: 1,
      slotMinNs: 5,
      slotMaxNs: 9,
    });
    const all = attributes(options);
    assert.equal(options.readUInt32LE(12), 3);
    assert.equal(all.get(3)?.readUInt32LE(0), 0x80000000);
    assert.equal(all.get(4)?.readUInt32LE(0), 0xffffffff);
    assert.equal(all.get(12)?.length, 40);
    assert.equal(all.get(12)?.readBigInt64LE(8), 9n);
    assert.equal(all.has(14), false);
    const seeded = attributes(netemOptions(NEUTRAL_STAGE, { seed: 7n }));
    assert.equal(seeded.get(14)?.readBigUInt64LE(0), 7n);
  });
});
