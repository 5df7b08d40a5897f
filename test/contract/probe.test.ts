import assert from 'node:assert/strict';
import yaml from 'js-yaml';
import { probeKind, probeKinds } from '../../src/probe/registry.ts';
import { startableProbes } from '../../src/probe/registry-run.ts';
import type { Topology } from '../../src/lab/topology.ts';
import { lab as bare } from '../unit/observe/two-site-lab.ts';
import { checkSignals, withExtraKey } from './signals.ts';

/** The lab of the examples: with a server. */
const lab: Topology = {
  ...bare,
  nodes: [...bare.nodes, { ...bare.nodes.at(-1)!, name: 'server' }],
};

/** `id: { kind: { ... } }`, as the example stands in a scenario; `ok` belongs to the plan */
function parseExample(name: string): { id: string; params: Record<string, unknown> } {
  const kind = probeKind(name)!;
  type Example = Record<string, Record<string, Record<string, unknown>>>;
  const [entry] = Object.entries(yaml.load(kind.example) as Example);
  assert.ok(entry !== undefined, kind.example);
  const [id, body] = entry;
  const { ok: _ok, ...params } = body[name]!;
  return { id, params };
}

describe('every kind of probe', () => {
  it('can be started, and nothing else can', () => {
    assert.deepEqual([...startableProbes].sort(), Object.keys(probeKinds).sort());
  });

  it('is refused by name when it does not exist', () => {
    assert.equal(probeKind('ping'), undefined);
    assert.equal(probeKind('toString'), undefined);
  });

  for (const [name, kind] of Object.entries(probeKinds)) {
    describe(name, () => {
      const { id, params } = parseExample(name);
      const parsed = kind.schema.parse(params);

      it('says what it is', () => {
        assert.equal(kind.name, name);
        assert.match(kind.about, /^[^\n]{10,120}[^.\n]$/);
      });

      it('has an example that fits the lab', () => {
        assert.equal(kind.refuse?.(parsed, lab), undefined);
      });

      it('describes its signals, `ok` among them', () => {
        const specs = kind.signals(id, parsed, lab);
        checkSignals(id, specs);
        const ok = specs.find((spec) => spec.path === `${id}.ok`);
        assert.equal(ok?.valueType, 'boolean');
      });

      it('places `ok` as exactly as its rate allows', () => {
        const at = (rate: string): number | undefined =>
          kind
            .signals(id, kind.schema.parse({ ...params, rate }), lab)
            .find((spec) => spec.path === `${id}.ok`)?.resolutionNs;
        assert.equal(at('100/s'), 10_000_000);
        assert.equal(at('8/s'), 125_000_000);
      });

      it('refuses nodes that the lab does not have', () => {
        for (const end of ['from', 'to']) {
          const other = kind.schema.parse({ ...params, [end]: 'clint-a' });
          assert.match(
            kind.refuse?.(other, lab) ?? '',
            /no node 'clint-a'.*did you mean 'client-a'/,
          );
        }
      });

      it('refuses to probe a node from itself', () => {
        const same = kind.schema.parse({ ...params, to: params['from'] });
        assert.match(kind.refuse?.(same, lab) ?? '', /both/);
      });

      it('refuses what it does not know, and numbers without a unit', () => {
        assert.equal(kind.schema.safeParse(withExtraKey(params)).success, false);
        assert.equal(kind.schema.safeParse({ ...params, rate: 100 }).success, false);
        assert.equal(kind.schema.safeParse({ ...params, timeout: '0' }).success, false);
        assert.equal(kind.schema.safeParse({ ...params, address: '10.0.0.300' }).success, false);
      });
    });
  }

  it('icmp takes an address as its target, udp needs a node', () => {
    const params = { from: 'client-a', to: '10.0.0.1' };
    const [icmp, udp] = [probeKinds['icmp']!, probeKinds['udp']!];
    assert.equal(icmp.refuse?.(icmp.schema.parse(params), lab), undefined);
    assert.match(udp.refuse?.(udp.schema.parse(params), lab) ?? '', /must be a node/);
  });
});
