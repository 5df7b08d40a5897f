import assert from 'node:assert/strict';
import type { Plan, PlannedStep } from '../../../src/plan/plan.ts';
import { plannedInNodes } from '../../../src/run/planned-in-nodes.ts';

const at = (...nodes: readonly string[]) => ({ directions: [], endpoints: [], nodes });
const fault = (kind: string, params: unknown, ...nodes: readonly string[]) => ({
  kind,
  params,
  target: at(...nodes),
});

function planned(noFaults = false): ReturnType<typeof plannedInNodes> {
  const live = { key: 'node', signal: 'gw.master', choices: { r3: at('r3') } };
  const steps = [
    { act: { node: 'r1', argv: ['promote'], rc: 0, withinNs: 1 }, faults: [] },
    { faults: [fault('exec', { argv: ['sh', '-c', 'x'], undo: ['y'], rc: 0 }, 'r1', 'r2')] },
    { faults: [{ ...fault('clock-skew', { service: 'bgpd', ahead: 1 }), live }] },
  ] as unknown as readonly PlannedStep[];
  return plannedInNodes({ plan: { steps } as unknown as Plan, noFaults });
}

describe('what the steps of a run will do in its nodes', () => {
  it('is commands of operators and of faults, and what undoes them', () => {
    const { commandsIn } = planned();
    assert.deepEqual(commandsIn('r1'), [['promote'], ['sh', '-c', 'x'], ['y']]);
    assert.deepEqual(commandsIn('r2'), [['sh', '-c', 'x'], ['y']]);
    assert.deepEqual(commandsIn('r3'), []);
    assert.deepEqual(planned(true).commandsIn('r1'), []);
  });

  it('is clocks of daemons, of every node that a signal may name', () => {
    const { environmentOf } = planned();
    assert.notDeepEqual(environmentOf('r3', 'bgpd'), {});
    assert.deepEqual([environmentOf('r3', 'zebra'), environmentOf('r1', 'bgpd')], [{}, {}]);
  });
});
