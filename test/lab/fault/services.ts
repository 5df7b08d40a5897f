import assert from 'node:assert/strict';
import type { MeasuredScenario } from './measured.ts';
import type { RunEvents } from './run-events.ts';

const VIA_R2 = /via 10\.0\.12\.2/;

/** What a `dig` of that step took. */
const queryMs = (run: RunEvents, step: string): number =>
  Number(/Query time: (\d+) msec/.exec(run.said(step))?.[1]);

/** Faults on routes, names, files and resources, measured by ip, fping, dig and dd. */
export const services: MeasuredScenario = {
  name: 'services',
  scenario: 'services.yml',
  measures: [
    {
      kind: 'exec',
      about: 'a command does what it does, once',
      check: (run) => {
        assert.match(run.acted('disk-rm').readBack, /^r1: rm \/run\/fill$/);
        assert.match(run.said('ttl-dig'), /www\.lab/);
      },
    },
    {
      kind: 'route',
      about: 'a black hole swallows what is forwarded, and the route stands',
      check: (run) => {
        assert.match(run.said('black-hole-ping'), /unreachable/);
        assert.match(run.said('black-hole-route'), VIA_R2);
        assert.match(run.said('black-hole-over'), /alive/);
      },
    },
    {
      kind: 'route',
      about: 'what is withdrawn is gone at the neighbor, and comes back',
      check: (run) => {
        assert.equal(run.said('withdrawn-route'), '');
        assert.match(run.said('withdrawn-over'), VIA_R2);
        assert.equal(run.said('no-route-show'), '');
        assert.match(run.said('no-route-over'), /dev eth1/);
      },
    },
    {
      kind: 'route',
      about: 'what is leaked is believed by the neighbor, and forgotten',
      check: (run) => {
        assert.match(run.said('leaked-route'), VIA_R2);
        assert.equal(run.said('leaked-over'), '');
      },
    },
    {
      kind: 'config',
      about: 'lines for FRR act, and their undo is compared with what was',
      check: (run) => {
        assert.equal(run.said('pushed-route'), '');
        assert.match(run.acted('pushed', 'off').readBack, /its configuration is what it was/);
        assert.match(run.said('pushed-over'), VIA_R2);
      },
    },
    {
      kind: 'config',
      about: 'a file is another, and its own again',
      check: (run) => {
        assert.equal(run.said('file-cat'), 'nothing=yes');
        assert.equal(run.said('file-over'), 'bgpd=yes');
      },
    },
    {
      kind: 'bgp-reset',
      about: 'the session drops, and comes back by itself',
      check: (run) => {
        assert.match(run.acted('reset').readBack, /^r1: session with 10\.0\.12\.2 dropped/);
        assert.match(run.said('reset-over'), VIA_R2);
      },
    },
    {
      kind: 'kill',
      about: 'a daemon that is started again has its configuration',
      check: (run) => {
        assert.equal(run.said('killed-route'), '');
        assert.match(run.said('killed-over'), VIA_R2);
      },
    },
    {
      kind: 'dns',
      about: 'dig is told what the fault says, of the names that it is about',
      check: (run) => {
        assert.equal(run.said('wrong-dig'), '10.9.9.9');
        assert.equal(run.said('wrong-other'), '10.0.2.25');
        assert.equal(run.said('wrong-over'), '10.0.2.80');
        assert.match(run.said('servfail-dig'), /status: SERVFAIL/);
        assert.match(run.said('nxdomain-dig'), /status: NXDOMAIN/);
        assert.match(run.said('ttl-dig'), /www\.lab\. 77 IN A 10\.0\.2\.80/);
        assert.ok(Math.abs(queryMs(run, 'slow-dig') - 300) <= 2, String(queryMs(run, 'slow-dig')));
        assert.ok(queryMs(run, 'slow-over') <= 2);
      },
    },
    {
      kind: 'cpu-pressure',
      about: 'who asks late in a period waits for the next slice',
      check: (run) => {
        assert.ok(queryMs(run, 'cpu-dig') > 500, String(queryMs(run, 'cpu-dig')));
        assert.ok(queryMs(run, 'cpu-over') <= 2);
        const percent = /still for ([\d.]+) %/.exec(run.acted('cpu', 'off').readBack)?.[1];
        assert.ok(Math.abs(Number(percent) - 90) < 1, percent);
      },
    },
    {
      kind: 'disk-full',
      about: 'dd is told so, after what was left and in this node only',
      check: (run) => {
        assert.match(run.said('disk-dd'), /No space left on device/);
        assert.equal(run.said('disk-size'), '8192');
        assert.match(run.said('disk-over'), /20480 bytes/);
        assert.match(run.said('etc-dd'), /No space left on device/);
        assert.match(run.said('etc-other'), /20480 bytes/);
        assert.match(run.said('etc-over'), /20480 bytes/);
      },
    },
    {
      kind: 'disk-slow',
      about: 'what waits for the disk waits longer',
      check: (run) => {
        const seconds = (step: string): number =>
          Number(/copied, ([\d.e-]+) s/.exec(run.said(step))?.[1]);
        assert.ok(seconds('sync-dd') >= 0.2 && seconds('sync-dd') < 0.3, run.said('sync-dd'));
        assert.ok(seconds('sync-over') < 0.1, run.said('sync-over'));
      },
    },
    {
      kind: 'memory-pressure',
      about: 'dd gets no buffer',
      check: (run) => {
        assert.match(run.said('memory-dd'), /memory exhausted/);
        assert.match(run.said('memory-over'), /copied/);
      },
    },
  ],
};
