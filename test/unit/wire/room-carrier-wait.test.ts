import assert from 'node:assert/strict';
import { CarrierWait } from '../../../src/wire/room-carrier-wait.ts';
import type { WireEnd } from '../../../src/wire/room-wire.ts';
import type { RoomWires } from '../../../src/wire/room-wires.ts';

const S = 1e9;

describe('waiting for carrier', () => {
  /** Ends that have none; the kernel's part. */
  let without: string[] = [];
  let said: (string | undefined)[] = [];
  let wait: CarrierWait;
  beforeEach(() => {
    without = ['a:eth1', 'b:eth1', 'c:eth1'];
    said = [];
    const wires: Pick<RoomWires, 'withoutCarrier'> = {
      withoutCarrier: () =>
        without.map((end) => {
          const [node, name] = end.split(':');
          return { spec: { node, interface: name } } as WireEnd;
        }),
    };
    wait = new CarrierWait(wires as RoomWires);
    wait.add([], 0, (failure) => said.push(failure));
  });

  it('is over when all have it', () => {
    without = [];
    wait.look(1 * S);
    assert.deepEqual(said, [undefined]);
    assert.equal(wait.dueNs, Infinity);
  });

  it('gives up five seconds after the last end got it, and names those that have none', () => {
    without.pop();
    wait.look(4 * S);
    assert.equal(wait.dueNs, 9 * S);
    wait.look(8.9 * S);
    assert.deepEqual(said, []);
    wait.look(9 * S);
    assert.deepEqual(said, ['no carrier at a:eth1, b:eth1']);
  });
});
