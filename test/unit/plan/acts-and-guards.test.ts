import assert from 'node:assert/strict';
import { changed, errorOf, plan } from './fixture.ts';

const fault = 'for: 5m, impair: { link: dci, delay: 20ms, loss: $loss }';
const acting = changed(
  fault,
  'act: { argv: [systemctl, stop, vrrp], as: fw-a, rc: 3, within: 10s }',
);
const guarded = changed('for: 5m', 'for: 5m, guard: { when: gw.masters > 1, for: 2s, then: stop }');

describe('plan: acts', () => {
  it('are commands of nodes, and last as long as these, which only the run knows', () => {
    const step = plan(acting).steps.find(({ id }) => id === 'bursts');
    assert.deepEqual(step?.act, {
      node: 'fw-a', argv: ['systemctl', 'stop', 'vrrp'], rc: 3, withinNs: 10e9,
    }); // prettier-ignore
    assert.deepEqual([step.startNs, step.endNs, step.ends], [20e9, 30e9, { type: 'act' }]);
    assert.deepEqual([step.faults, step.active], [[], []]);
    assert.match(step.describe, /act as fw-a: systemctl stop vrrp, expecting 3/);
  });

  it('are followed by what follows their end', () => {
    const step = plan(acting).steps.find(({ id }) => id === 'flapping');
    assert.deepEqual(step?.starts, { type: 'edge', of: 'bursts', edge: 'end', offsetNs: 20e9 });
  });

  it('have no part in the windows of faults', () => {
    const windows = plan(acting).measures.map(({ name }) => name);
    assert.deepEqual(windows, ['dual-master[flapping]', 'dual-master[deaf]']);
  });
});

describe('plan: guards', () => {
  it('are conditions of a step, which may then end sooner', () => {
    const { steps } = plan(guarded);
    const step = steps.find(({ id }) => id === 'bursts');
    assert.deepEqual(step?.ends, { type: 'guard' });
    const { name, holdNs, then, conditions = [] } = step.guard ?? {};
    assert.deepEqual([name, holdNs, then], ['bursts', 2e9, 'stop']);
    assert.deepEqual(conditions.map(({ text }) => text), ['gw.masters > 1']);
    const next = steps.find(({ id }) => id === 'flapping');
    assert.deepEqual(next?.starts, { type: 'edge', of: 'bursts', edge: 'end', offsetNs: 20e9 });
  }); // prettier-ignore

  it('are signals that checks can read', () => {
    const text = guarded.replace('always: gw.masters <= 1', 'never: guard.bursts').replace(/, budget:.*$/m, ' }');
    assert.equal(plan(text).checks[0]?.text, 'guard.bursts');
    const unknown = text.replace('guard.bursts', 'guard.flapping');
    assert.match(errorOf(unknown).problems[0]?.message ?? '', /no signal 'guard.flapping'/);
  }); // prettier-ignore

  it('have names of their own', () => {
    const twice = guarded.replace('for: 45s', 'for: 45s, guard: { name: bursts, when: gw.masters > 1, then: heal }');
    assert.match(errorOf(twice).problems[0]?.message ?? '', /two guards are called 'bursts'/);
  }); // prettier-ignore
});
