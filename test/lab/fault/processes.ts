import assert from 'node:assert/strict';
import type { MeasuredScenario } from './measured.ts';

const VIP = /10\.0\.0\.254\/24/;

/** Faults on processes and nodes, measured by ps, ip, tcpdump and fping. */
export const processes: MeasuredScenario = {
  name: 'processes',
  scenario: 'processes.yml',
  measures: [
    {
      kind: 'kill',
      about: 'no such process, its peer takes over, and it is started again at the end',
      check: (run) => {
        assert.match(
          run.acted('killed').readBack,
          /^r1: keepalived \(pid \d+\), keepalived \(pid \d+\) ended by SIGKILL$/,
        );
        assert.doesNotMatch(run.said('killed-ps'), /keepalived/);
        assert.match(run.said('killed-r2'), VIP);
        assert.match(run.said('restarted-ps'), /keepalived/);
        const exited = run.events.find((event) => event.type === 'service-exited');
        assert.ok(exited?.type === 'service-exited' && exited.signal === 'SIGKILL');
      },
    },
    {
      kind: 'clock-skew',
      about: 'what a daemon logs is thirty days ahead meanwhile, and right again afterwards',
      check: (run) => {
        const log = run.logs.get('r2/keepalived') ?? '';
        const masters = log.split('\n').filter((line) => line.includes('Entering MASTER STATE'));
        assert.match(masters[0] ?? '', /^Thu Dec 14 /);
        assert.match(masters[1] ?? '', /^Tue Nov 14 /);
      },
    },
    {
      kind: 'pause',
      about: 'it says nothing and forgets nothing, so that there are two masters',
      check: (run) => {
        assert.match(run.acted('paused').readBack, /stand still \(cgroup freezer\)$/);
        assert.match(run.said('paused-cpu'), /\b0 packets captured/);
        assert.match(run.said('paused-r1'), VIP);
        assert.match(run.said('paused-r2'), VIP);
        assert.doesNotMatch(run.said('resumed-r2'), VIP);
        const stoodStill = /after ([\d.]+) s/.exec(run.acted('paused', 'off').readBack)?.[1];
        assert.ok(Math.abs(Number(stoodStill) - 10) < 0.05, stoodStill);
      },
    },
    {
      kind: 'restart',
      about: 'another process',
      check: (run) => {
        assert.match(run.said('before-restart'), /^\d+ \d+$/);
        assert.match(run.said('after-restart'), /^\d+ \d+$/);
        assert.notEqual(run.said('before-restart'), run.said('after-restart'));
      },
    },
    {
      kind: 'node-stop',
      about: 'it answers nobody, its link is kept and has no carrier at the far end',
      check: (run) => {
        assert.match(run.acted('off').readBack, /^r1: off, [1-9]\d* processes before, 0 now$/);
        assert.match(run.said('off-ping'), /unreachable/);
        assert.match(run.said('off-switch'), /eth1@\S+ +(DOWN|LOWERLAYERDOWN) .*NO-CARRIER/);
        assert.match(run.said('on-switch'), /eth1@\S+ +UP .*LOWER_UP/);
        assert.match(run.said('on-links'), /eth1@\S+ +UP +aa:c1:ab:/);
        assert.match(run.said('on-ping'), /alive/);
      },
    },
    {
      kind: 'node-pause',
      about: 'it answers nobody, and the far end sees carrier',
      check: (run) => {
        assert.match(run.said('still-ping'), /unreachable/);
        assert.match(run.said('still-switch'), /eth1@\S+ +UP .*LOWER_UP/);
        assert.match(run.said('awake-ping'), /alive/);
      },
    },
  ],
};
