import assert from 'node:assert/strict';
import { describePlan } from '../../../src/plan/describe-plan.ts';
import { base, changed, kinds, plan } from './fixture.ts';

describe('plan/describe-plan', () => {
  it('says what would happen, when, in which direction', () => {
    const text = describePlan(plan(base), kinds);
    assert.equal(
      text,
      `fw-pair, seed 1
lab       two-sites: 6 nodes, 6 links (lab.clab.yml)
params    loss=30% advert=1s n=3 mode=fast
watch     gw (vrrp), users-a (udp)
ready     t = 0 when this has held for 5s, within 1m: gw.masters == 1, users-a.ok
timeline  +20s .. +5m20s    bursts    impair dci (sw-a ↔ sw-b): delay 20000000 loss 0.3
                                      a round trip over dci: +40ms, 51% unanswered
          +5m40s .. +6m40s  flapping  black-hole dci (sw-a ↔ sw-b): every frame vanishes
                                      flapping: 10 times 2s on, 4s off
                                      a round trip over dci: never answered
          +7m10s .. +7m55s  deaf      black-hole dci (sw-a → sw-b): every frame vanishes
                                      a round trip over dci: never answered (hit one way only)
radius    1 of 6 links, 2 of their 12 directions
          dci: sw-a → sw-b cut, impaired (bursts, flapping, deaf); sw-b → sw-a cut, impaired (bursts, flapping)
          at worst, in flapping:
            sw-a, fw-a, client-a, server | sw-b, fw-b: cut from each other
          control path: none of these wires; chaos speaks with the lab through a pipe
recovery  until this has held for 5s, at most 1m30s: gw.masters == 1, users-a.ok
settled   gw.masters == 1, users-a.ok
measure   dual-master: time of gw.masters > 1, during bursts, flapping, deaf
expect    one master: always gw.masters <= 1, during bursts + 10s but for at most 4s at a time
time      lab time at most 9m25s after ready, and at most 1m before
`,
    );
  });

  it('names ends for carrier and for what acts in nodes', () => {
    const carrier = changed(
      'black-hole: { link: dci, toward: west }',
      'carrier-loss: { end: "sw-b:eth1" }',
    );
    assert.match(describePlan(plan(carrier), kinds), /carrier-loss dci at sw-b:eth1: /);
    const down = changed('black-hole: { link: dci, toward: west }', 'admin-down: { end: fw-a }');
    assert.match(describePlan(plan(down), kinds), /admin-down fw-a:eth1: shut down/);
  });

  it('has a line for each form of expectation', () => {
    const text = describePlan(
      plan(
        `${base}  - { eventually: users-a.ok, of: deaf.end, within: 5s, hold: 2s }
  - { never: gw.masters == 0, known: upstream }
  - { that: users-a.ok, at: bursts.start - 5s }
wall-limit: 10m
`,
      ),
      kinds,
    );
    assert.match(text, /users-a\.ok within 5s of deaf\.end and for 2s/);
    assert.match(text, /never gw\.masters == 0, during run \(known: upstream\)/);
    assert.match(text, /users-a\.ok at bursts\.start - 5s/);
    assert.match(text, /stopped after 10m of wall time/);
  });
});
