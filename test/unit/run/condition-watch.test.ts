import assert from 'node:assert/strict';
import { ConditionWatch } from '../../../src/run/condition-watch.ts';

describe('a condition that must hold for a time', () => {
  it('fires when it has held for so long, counted from when it is asked for', () => {
    const watch = new ConditionWatch(10);
    watch.settle(true, 5);
    assert.equal(watch.firesNs(0), 15);
    assert.equal(watch.firesNs(100), 110);
  });

  it('begins anew when it breaks before', () => {
    const watch = new ConditionWatch(10);
    watch.settle(true, 5);
    watch.firesNs(0);
    watch.settle(false, 14);
    assert.equal(watch.firesNs(0), undefined);
    watch.settle(true, 20);
    assert.equal(watch.firesNs(0), 30);
  });

  it('has fired for good once it has held, whatever comes after', () => {
    const watch = new ConditionWatch(10);
    watch.settle(true, 5);
    watch.firesNs(0);
    watch.settle(false, 15);
    assert.equal(watch.firesNs(0), 15);
    watch.settle(true, 40);
    assert.equal(watch.firesNs(0), 15);
    assert.equal(watch.heldSinceNs(15), 5);
  });

  it('does not fire for a time in which nobody counted', () => {
    const watch = new ConditionWatch(0);
    watch.settle(true, 5);
    watch.settle(false, 6);
    assert.equal(watch.firesNs(50), undefined);
  });

  it('does not fire for a moment from which it was to count, and which never came', () => {
    const watch = new ConditionWatch(1);
    watch.firesNs(5);
    watch.settle(true, 6);
    watch.settle(false, 8);
    assert.equal(watch.firesNs(25), undefined);
    watch.settle(true, 30);
    assert.equal(watch.firesNs(25), 31);
  });

  it('tells what is news', () => {
    const watch = new ConditionWatch(0);
    assert.deepEqual(
      [false, true, true, false].map((value, i) => watch.settle(value, i)),
      [false, true, false, true],
    );
  });
});
