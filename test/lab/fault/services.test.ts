import assert from 'node:assert/strict';
import { faultKinds } from '../../../src/fault/registry.ts';
import { RunEvents } from './run-events.ts';

const VIA_R2 = /via 10\.0\.12\.2/;

describe('faults on routes, names, files and resources, measured by ip, fping, dig and dd', () => {
  let run: RunEvents;
  before(() => {
    run = new RunEvents('services.yml');
  });

  /** What a `dig` of that step took. */
  const queryMs = (step: string): number =>
    Number(/Query time: (\d+) msec/.exec(run.said(step))?.[1]);

  it('ends well: everything is undone', () => {
    assert.equal(run.code, 0, run.output);
    assert.ok(run.events.every((event) => event.type !== 'not-undone'));
    const undone = run.journal.filter(({ state }) => state === 'undone');
    assert.equal(undone.length, run.journal.filter(({ state }) => state === 'planned').length);
  });

  it('route: a black hole swallows what is forwarded, and the route stands', () => {
    assert.match(run.said('black-hole-ping'), /unreachable/);
    assert.match(run.said('black-hole-route'), VIA_R2);
    assert.match(run.said('black-hole-over'), /alive/);
  });

  it('route: what is withdrawn is gone at the neighbor, and comes back', () => {
    assert.equal(run.said('withdrawn-route'), '');
    assert.match(run.said('withdrawn-over'), VIA_R2);
    assert.equal(run.said('no-route-show'), '');
    assert.match(run.said('no-route-over'), /dev eth1/);
  });

  it('route: what is leaked is believed by the neighbor, and forgotten', () => {
    assert.match(run.said('leaked-route'), VIA_R2);
    assert.equal(run.said('leaked-over'), '');
  });

  it('config: lines for FRR act, and their undo is compared with what was', () => {
    assert.equal(run.said('pushed-route'), '');
    assert.match(run.acted('pushed', 'off').readBack, /its configuration is what it was/);
    assert.match(run.said('pushed-over'), VIA_R2);
  });

  it('config: a file is another, and its own again', () => {
    assert.equal(run.said('file-cat'), 'nothing=yes');
    assert.equal(run.said('file-over'), 'bgpd=yes');
  });

  it('bgp-reset: the session drops, and comes back by itself', () => {
    assert.match(run.acted('reset').readBack, /^r1: session with 10\.0\.12\.2 dropped/);
    assert.match(run.said('reset-over'), VIA_R2);
  });

  it('kill: a daemon that is started again has its configuration', () => {
    assert.equal(run.said('killed-route'), '');
    assert.match(run.said('killed-over'), VIA_R2);
  });

  it('dns: dig is told what the fault says, of the names that it is about', () => {
    assert.equal(run.said('wrong-dig'), '10.9.9.9');
    assert.equal(run.said('wrong-other'), '10.0.2.25');
    assert.equal(run.said('wrong-over'), '10.0.2.80');
    assert.match(run.said('servfail-dig'), /status: SERVFAIL/);
    assert.match(run.said('nxdomain-dig'), /status: NXDOMAIN/);
    assert.match(run.said('ttl-dig'), /www\.lab\. 77 IN A 10\.0\.2\.80/);
    assert.ok(Math.abs(queryMs('slow-dig') - 300) <= 2, String(queryMs('slow-dig')));
    assert.ok(queryMs('slow-over') <= 2);
  });

  it('cpu-pressure: who asks late in a period waits for the next slice', () => {
    assert.ok(queryMs('cpu-dig') > 500, String(queryMs('cpu-dig')));
    assert.ok(queryMs('cpu-over') <= 2);
    const percent = /still for ([\d.]+) %/.exec(run.acted('cpu', 'off').readBack)?.[1];
    assert.ok(Math.abs(Number(percent) - 90) < 1, percent);
  });

  it('disk-full: dd is told so, after what was left and in this node only', () => {
    assert.match(run.said('disk-dd'), /No space left on device/);
    assert.equal(run.said('disk-size'), '8192');
    assert.match(run.said('disk-over'), /20480 bytes/);
    assert.match(run.said('etc-dd'), /No space left on device/);
    assert.match(run.said('etc-other'), /20480 bytes/);
    assert.match(run.said('etc-over'), /20480 bytes/);
  });

  it('disk-slow: what waits for the disk waits longer', () => {
    const seconds = (step: string): number =>
      Number(/copied, ([\d.e-]+) s/.exec(run.said(step))?.[1]);
    assert.ok(seconds('sync-dd') >= 0.2 && seconds('sync-dd') < 0.3, run.said('sync-dd'));
    assert.ok(seconds('sync-over') < 0.1, run.said('sync-over'));
  });

  it('memory-pressure: dd gets no buffer', () => {
    assert.match(run.said('memory-dd'), /memory exhausted/);
    assert.match(run.said('memory-over'), /copied/);
  });

  it('with processes.yml, every kind that acts on nodes was injected', () => {
    const elsewhere = ['clock-skew', 'pause', 'restart', 'node-stop', 'node-pause'];
    const steps = { reset: 'bgp-reset', cpu: 'cpu-pressure', disk: 'disk-full', sync: 'disk-slow' };
    const more = { pushed: 'config', wrong: 'dns', leaked: 'route', killed: 'kill' };
    const here = { ...steps, ...more, memory: 'memory-pressure', 'ttl-dig': 'exec' };
    for (const step of Object.keys(here)) run.acted(step);
    const kinds = Object.values(faultKinds).filter(
      (kind) => kind.acts === 'node' && kind.on === 'nodes',
    );
    assert.deepEqual(
      kinds.map(({ name }) => name).sort(),
      [...elsewhere, ...Object.values(here)].sort(),
    );
  });
});
