import assert from 'node:assert/strict';
import { endpointName } from '../../../src/lab/topology.ts';
import { bridgeNames, findLink, segments, unknownNode } from '../../../src/observe/lab-view.ts';
import { lab } from './two-site-lab.ts';

describe('bridgeNames', () => {
  it('finds bridges by image, and nodes that make one', () => {
    assert.deepEqual(bridgeNames(lab), ['sw-a', 'sw-b']);
  });
});

describe('segments', () => {
  it('joins what bridges join, and nothing else', () => {
    const found = segments(lab).map((ends) => ends.map(endpointName).join(' '));
    assert.deepEqual(found, [
      'fw-a:eth1 fw-b:eth1 client-a:eth1',
      'fw-a:eth2 r1:eth1',
      'fw-b:eth2 r2:eth1',
      'r1:eth2 r2:eth2',
      'r1:eth3 r2:eth3',
    ]);
  });
});

describe('findLink', () => {
  const found = (text: string): string => {
    const result = findLink(text, lab);
    return 'link' in result ? result.link.id : result.problem;
  };

  it('takes an id, an end, or two nodes in any order', () => {
    assert.equal(found('dci'), 'dci');
    assert.equal(found('sw-b:eth1'), 'dci');
    assert.equal(found('sw-b~sw-a'), 'dci');
  });

  it('names the candidates when it is not one link', () => {
    assert.equal(found('r1~r2'), "'r1~r2' is ambiguous: core, spare");
  });

  it('names a near link when there is none', () => {
    assert.equal(found('dcj'), "no link 'dcj' in the lab; did you mean 'dci'?");
    assert.equal(found('quite-another-thing'), "no link 'quite-another-thing' in the lab");
  });
});

describe('unknownNode', () => {
  it('is silent about nodes that exist', () => {
    assert.equal(unknownNode(['r1', 'sw-a'], lab), undefined);
    assert.equal(unknownNode(['r1', 'rl'], lab), "no node 'rl' in the lab; did you mean 'r1'?");
  });
});
