import assert from 'node:assert/strict';
import { describeEvent } from '../../../src/cli/run/describe-event.ts';
import type { RunEventBody } from '../../../src/run/events.ts';

const cases: readonly (readonly [RunEventBody, string | undefined])[] = [
  [{ type: 'signal', signal: 'gw.masters', value: 2 }, 'gw.masters = 2'],
  [{ type: 'signal', signal: 'gw.masters', value: null }, 'gw.masters = unknown'],
  [{ type: 'ready' }, 'ready'],
  [{ type: 'phase', phase: 'recovery' }, 'recovery'],
  // each has a line of its own that says more
  [{ type: 'phase', phase: 'ready' }, undefined],
  [{ type: 'phase', phase: 'settled' }, undefined],
  [{ type: 'edge', step: 'cut', edge: 'start', scheduled: 0, from: 0, to: 0 }, 'step cut starts'],
  [{ type: 'edge', step: 'cut', edge: 'on', scheduled: 0, from: 0, to: 0 }, '  cut on'],
  [
    {
      type: 'never-ready',
      conditions: [
        { text: 'gw.masters == 1', value: false, signals: { 'gw.masters': 2 } },
        { text: 'ping.ok', value: true, signals: { 'ping.ok': true } },
      ],
    },
    'never ready: gw.masters == 1 (gw.masters = 2)',
  ],
  [
    { type: 'service-exited', node: 'fw-a', service: 'keepalived', code: 1, signal: null },
    'fw-a: keepalived ended (code 1)',
  ],
  [{ type: 'run-ended', reason: 'completed' }, 'completed'],
  [
    { type: 'run-ended', reason: 'lab-failed', message: 'r-a: zebra is not ready' },
    'ended: r-a: zebra is not ready',
  ],
  [{ type: 'node-up', node: 'a', level: 'net' }, undefined],
];

describe('a line of progress', () => {
  for (const [event, line] of cases) {
    it(`${event.type}: ${line ?? '(none)'}`, () => {
      assert.equal(describeEvent({ t: 0, ...event }), line);
    });
  }
});
