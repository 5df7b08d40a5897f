import assert from 'node:assert/strict';
import { runTimes } from '../../../src/check/run-times.ts';
import { resolveEdge, resolveWindow } from '../../../src/check/windows.ts';
import { during, edge, makeRun, S, type Spec } from './make-run.ts';

const times = (spec: Spec) => {
  const { run, events } = makeRun(spec);
  return runTimes(run, events);
};
const usual = times({ steps: { cut: [20, 50] }, endS: 90 });

describe('resolveWindow', () => {
  for (const [window, from, to] of [
    [during('run'), 0, 90],
    [during('cut'), 20, 50],
    [during('cut', 10), 20, 60],
    [during('recovery'), 50, 90],
    [{ text: 'baseline', from: edge('ready', 'start'), to: edge('cut', 'start') }, 0, 20],
    [{ text: 'a .. b', from: edge('cut', 'start', 5), to: edge('run', 'end', -1) }, 25, 89],
  ] as const) {
    it(`${window.text} is ${String(from)}..${String(to)} s`, () => {
      assert.deepEqual(resolveWindow(window, usual), {
        found: true,
        fromNs: from * S,
        toNs: to * S,
      });
    });
  }

  it('reaches past the end of the run where it was asked to', () => {
    const window = resolveWindow(during('cut', 60), usual);
    assert.deepEqual(window, { found: true, fromNs: 20 * S, toNs: 110 * S });
  });

  for (const [name, window, why] of [
    ['a step that was not injected', during('other'), /'other' was not injected/],
    ['a window without length', { text: 'x', from: edge('cut', 'end'), to: edge('cut', 'end') }, /empty/],
    ['a window turned round', { text: 'x', from: edge('cut', 'end'), to: edge('cut', 'start') }, /empty/],
    ['a window after the run', { text: 'x', from: edge('run', 'end', 5), to: edge('run', 'end', 9) }, /5 s before the window/],
  ] as const) {
    it(`finds no ${name}`, () => {
      const resolved = resolveWindow(window, usual);
      assert.equal(resolved.found, false);
      assert.match(resolved.why, why);
    });
  } // prettier-ignore

  it('finds nothing when the lab never became ready', () => {
    const never = times({ ready: false, reason: 'never-ready' });
    assert.match(
      (resolveWindow(during('run'), never) as { why: string }).why,
      /never became ready/,
    );
  });

  it('lets a step that never ended reach past all that was seen', () => {
    const cut = times({ steps: { cut: [20, null] }, endS: 30, reason: 'cut' });
    assert.deepEqual(resolveEdge(edge('cut', 'end', 5), cut), { found: true, atNs: Infinity });
    assert.equal(cut.reason, 'cut');
  });

  it('has no recovery when the run ended before it', () => {
    const cut = times({ steps: { cut: [20, null] }, endS: 30, reason: 'interrupted' });
    assert.match(
      (resolveEdge(edge('recovery', 'start'), cut) as { why: string }).why,
      /before recovery/,
    );
  });

  it('takes the windows of the plan in a control run without faults', () => {
    const { run, events } = makeRun({ endS: 90 });
    const [bursts] = makeRun({}).run.plan.steps;
    assert.equal(bursts, undefined);
    const steps = [{ id: 's', position: { file: '', line: 1, column: 1 }, startNs: 10 * S, endNs: 20 * S, active: [], faults: [], describe: '' }];
    const control = { ...run, noFaults: true, plan: { ...run.plan, steps } };
    const found = resolveWindow(during('s'), runTimes(control, events));
    assert.deepEqual(found, { found: true, fromNs: 10 * S, toNs: 20 * S });
  }); // prettier-ignore
});

describe('runTimes', () => {
  it('covers every moment at which a fault can have acted', () => {
    const { run, events } = makeRun({ endS: 90 });
    const at = (name: 'start' | 'on' | 'off' | 'end', s: number) =>
      ({ t: s * S, type: 'edge', step: 's', edge: name, scheduled: s * S, from: s * S - 5, to: s * S + 7 }) as const;
    const played = [...events, at('start', 1), at('on', 1), at('off', 3), at('on', 5), at('off', 6), at('end', 8)];
    const step = runTimes(run, played).steps.get('s');
    assert.deepEqual(step, {
      id: 's',
      startNs: S - 5,
      endNs: 8 * S + 7,
      active: [
        { fromNs: S - 5, toNs: 3 * S + 7 },
        { fromNs: 5 * S - 5, toNs: 6 * S + 7 },
      ],
    });
  }); // prettier-ignore
});
