import assert from 'node:assert/strict';
import type { PlannedFault } from '../../../src/fault/fault.ts';
import { base, changed, plan } from './fixture.ts';

const target = 'link: dci, toward: west';

function faultWith(text: string, seed = 1): PlannedFault {
  const found = plan(changed(target, text), { seed }).steps.find(({ id }) => id === 'deaf');
  const [fault] = found?.faults ?? [];
  assert.ok(fault);
  return fault;
}

/** every window's pick */
function picks(text: string, seed: number): string[] {
  const repeated = base.replace('for: 45s', 'for: 1s, times: 20, every: 2s').replace(target, text);
  return plan(repeated, { seed })
    .steps.filter(({ id }) => id.startsWith('deaf['))
    .flatMap(({ faults }) => faults.map(({ picked }) => picked?.[0]?.names.join(' ') ?? ''));
}

describe('plan: targets that a signal names', () => {
  it('are worked out for every value that names a node', () => {
    const { live, target: none } = faultWith('end: { now: gw.master }');
    assert.deepEqual(none, { directions: [], endpoints: [] });
    assert.deepEqual([live?.key, live?.signal], ['end', 'gw.master']);
    assert.deepEqual(Object.keys(live?.choices ?? {}), ['fw-a', 'fw-b']);
    assert.deepEqual(
      live?.choices['fw-b']?.directions.map(({ link, direction }) => `${link} ${direction}`),
      ['fw-b~sw-b a>b', 'fw-b~sw-b b>a'],
    );
  });

  it('may be ports of the node that the signal is about', () => {
    const { live } = faultWith('link: { now: gw.sw-a.root-port }');
    const links = Object.entries(live?.choices ?? {}).map(([value, { directions }]) => {
      return `${value}: ${directions[0]?.link ?? ''}`;
    });
    assert.deepEqual(links, ['eth1: dci', 'eth2: fw-a~sw-a']);
  });

  it('may say the direction only', () => {
    const { live } = faultWith('link: dci, toward: { now: gw.master }');
    const ways = Object.values(live?.choices ?? {}).map(({ directions }) => directions[0]?.direction);
    assert.deepEqual(ways, ['b>a', 'a>b']);
  }); // prettier-ignore
});

describe('plan: targets that chance picks', () => {
  const one = 'link: { pick: 1, of: [dci, fw-a~sw-a, fw-b~sw-b] }';

  it('are among those that are given, and resolved as they would be', () => {
    const { picked, target: found } = faultWith(one);
    const [name = ''] = picked?.[0]?.names ?? [];
    assert.ok(['dci', 'fw-a~sw-a', 'fw-b~sw-b'].includes(name));
    assert.deepEqual(found.directions.map(({ link }) => link), [name, name]);
    assert.equal(picked?.[0]?.of, 3);
  }); // prettier-ignore

  it('are the same for a seed, and anew for each window', () => {
    assert.deepEqual(picks(one, 1), picks(one, 1));
    assert.notDeepEqual(picks(one, 1), picks(one, 2));
    assert.equal(new Set(picks(one, 1)).size, 3);
  });

  it('are as many as asked for, each once, in the order in which they are given', () => {
    const two = picks('link: { pick: 2, of: [dci, fw-a~sw-a, fw-b~sw-b] }', 1);
    const possible = ['dci fw-a~sw-a', 'dci fw-b~sw-b', 'fw-a~sw-a fw-b~sw-b'];
    assert.deepEqual([...new Set(two)].sort(), possible);
    const { picked } = faultWith('link: { pick: 3, of: [dci, fw-a~sw-a, fw-b~sw-b] }');
    assert.equal(picked?.[0]?.names.length, 3);
  });

  it('may come from a group', () => {
    const names = new Set(picks('end: { pick: 1, of: fw }', 3));
    assert.deepEqual([...names].sort(), ['fw-a', 'fw-b']);
  });

  it('may be a number of a parameter', () => {
    const { picked } = faultWith('link: { pick: $n, of: [dci, fw-a~sw-a, fw-b~sw-b] }');
    assert.equal(picked?.[0]?.names.length, 3);
  });
});
