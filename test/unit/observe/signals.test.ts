import assert from 'node:assert/strict';
import { listSignals } from '../../../src/observe/signals.ts';
import { lab, S } from './two-site-lab.ts';

describe('listSignals', () => {
  it('lists observers, then probes, each in the order of the scenario', () => {
    const probe = { from: 'client-a', to: 'r1', rate: 100, size: 84, timeout: S };
    const specs = listSignals({
      topology: lab,
      observers: [
        { id: 'gw', kind: 'vrrp', params: { group: 51 } },
        { id: 'dci', kind: 'link', params: { link: 'dci' } },
      ],
      probes: [{ id: 'users-a', kind: 'udp', params: probe }],
    });
    assert.deepEqual(
      specs.map((spec) => spec.path),
      [
        'gw.masters',
        'gw.master',
        'gw.transitions',
        'gw.claimants',
        'gw.holds["fw-a"]',
        'gw.advertising["fw-a"]',
        'gw.holds["fw-b"]',
        'gw.advertising["fw-b"]',
        'dci.up',
        'dci.up["dci"]',
        'dci.carrier["sw-a:eth1"]',
        'dci.carrier["sw-b:eth1"]',
        'users-a.ok',
        'users-a.answered',
        'users-a.loss',
        'users-a.delay',
        'users-a.delay-max',
      ],
    );
  });

  it('has the STP and OSPF instances that the lab can have', () => {
    const paths = listSignals({
      topology: lab,
      observers: [
        { id: 'tree', kind: 'stp', params: {} },
        { id: 'core', kind: 'ospf', params: { poll: S } },
      ],
      probes: [],
    }).map((spec) => spec.path);
    assert.ok(paths.includes('tree.sw-a.root-port'));
    assert.ok(paths.includes('tree.state["sw-b","eth2"]'));
    assert.ok(paths.includes('core.state["r1","r2"]'));
    assert.ok(!paths.some((path) => path.includes('client-a')));
  });
});
