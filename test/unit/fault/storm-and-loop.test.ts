import assert from 'node:assert/strict';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { faultKinds } from '../../../src/fault/registry.ts';
import type { InLab, LabRefusal } from '../../../src/fault/fault.ts';
import type { Topology } from '../../../src/lab/topology.ts';
import { kinds, errorOf, changed } from '../plan/fixture.ts';
import { labOf } from './fault-lab.ts';

const ring = labOf(['h1', 'sw1', 'sw2', 'sw3'], ['h1 sw1', 'sw1 sw2', 'sw2 sw3', 'sw1 sw3']);

const faster = (lab: Topology, id: string): Topology => ({
  ...lab,
  links: lab.links.map((link) => (link.id === id ? { ...link, rateBitPerSec: 100e6 } : link)),
});

function inLab(kind: string, written: object, topology: Topology): InLab<unknown> | LabRefusal {
  const fault = faultKinds[kind];
  const random = xoroshiro128plus(1);
  const names = { topology, nodes: () => undefined, random, read: () => undefined };
  const found = fault?.inLab?.(fault.schema.parse(written), names);
  assert.ok(found !== undefined);
  return found;
}

const refusal = (found: InLab<unknown> | LabRefusal): string =>
  'refusal' in found ? found.refusal : 'not refused';

describe('storms and loops', () => {
  it('are refused where frames could go round on fast links, and nowhere else', () => {
    const storm = { rate: '100/s' };
    assert.equal(refusal(inLab('storm', storm, ring)), 'not refused');
    assert.equal(refusal(inLab('storm', storm, faster(ring, 'h1~sw1'))), 'not refused');
    assert.match(refusal(inLab('storm', storm, faster(ring, 'sw1~sw3'))), /go round on sw1~sw3, which has 100mbit/); // prettier-ignore
    assert.match(refusal(inLab('loop', { deaf: 'sw3:eth1' }, faster(ring, 'sw1~sw3'))), /go round/);
    const tree = labOf(['sw1', 'sw2', 'h1', 'h2'], ['h1 sw1', 'sw1 sw2', 'sw2 h2']);
    const cable = { join: ['sw1:eth1', 'sw2:eth2'] };
    assert.equal(refusal(inLab('loop', cable, tree)), 'not refused');
    assert.match(
      refusal(inLab('loop', cable, faster(tree, 'sw2~h2'))),
      /sw2~h2, which has 100mbit/,
    );
  });

  it('a cable: what one port sends the other hears, both ways', () => {
    const tree = labOf(['sw1', 'sw2', 'h1', 'h2'], ['h1 sw1', 'sw1 sw2', 'sw2 h2']);
    const found = inLab('loop', { join: ['sw1:eth1', 'sw2:eth2'] }, tree);
    assert.ok('params' in found);
    const loop = faultKinds['loop'];
    assert.ok(loop?.acts === 'wire');
    const wants = (found.directions ?? []).flatMap((at) => loop.wants(found.params, at, 'f'));
    assert.deepEqual(wants, [
      { kind: 'join', fault: 'f', link: 'h1~sw1', direction: 'b>a', to: { link: 'sw2~h2', direction: 'b>a' } },
      { kind: 'join', fault: 'f', link: 'sw2~h2', direction: 'a>b', to: { link: 'h1~sw1', direction: 'a>b' } },
    ]); // prettier-ignore
  });

  it('a deaf port: the BPDUs toward it vanish, nothing else', () => {
    const found = inLab('loop', { deaf: 'sw3:eth1' }, ring);
    assert.ok('params' in found);
    const loop = faultKinds['loop'];
    assert.ok(loop?.acts === 'wire');
    assert.deepEqual(
      (found.directions ?? []).flatMap((at) => loop.wants(found.params, at, 'f')),
      [{ kind: 'drop', fault: 'f', link: 'sw2~sw3', direction: 'a>b', match: { protocol: 'bpdu' }, ratio: 1 }],
    ); // prettier-ignore
  });

  it('ports that make no sense are refused', () => {
    const of = (join: string[]): string => refusal(inLab('loop', { join }, ring));
    assert.equal(of(['sw1:eth2', 'sw2:eth1']), 'sw1:eth2 and sw2:eth1 are the two ends of sw1~sw2 already'); // prettier-ignore
    assert.equal(of(['h1:eth1', 'sw2:eth1']), 'h1 is no switch: frames do not go on from there');
    assert.equal(of(['sw1:eth9', 'sw2:eth1']), "there is no port 'sw1:eth9' in the lab");
    assert.equal(refusal(inLab('mac-flapping', { of: 'h1:eth2' }, ring)), "'h1:eth2' is no end of a link and no MAC address"); // prettier-ignore
  });

  it('an endpoint becomes its MAC address', () => {
    const found = inLab('mac-flapping', { of: 'h1:eth1' }, ring);
    assert.deepEqual('params' in found && found.params, {
      of: '02:00:00:00:00:01',
      everyNs: 100e6,
    });
  });

  it('a storm that would last longer than it may is refused, and told what to write', () => {
    const storm = faultKinds['storm'];
    assert.ok(storm);
    const text = changed(
      'black-hole: { link: dci, toward: west }',
      'storm: { link: dci, toward: west, rate: 1k/s }',
    );
    const options = { kinds: { ...kinds, faults: { ...kinds.faults, storm } } };
    const [problem] = errorOf(text, options).problems;
    assert.ok(problem);
    assert.match(problem.message, /storm would be in force for 45s/);
    assert.deepEqual(
      [problem.expected, problem.hint],
      ['at most 30s', 'if it is meant, say so: at-most: 45s'],
    );
  });
});
