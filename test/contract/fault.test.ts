import assert from 'node:assert/strict';
import { load } from 'js-yaml';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { edgesOf } from '../../src/fault/expand.ts';
import type { FaultStep } from '../../src/fault/expand.ts';
import type { FaultKind, InLab } from '../../src/fault/fault.ts';
import { faultKinds } from '../../src/fault/registry.ts';
import { compose } from '../../src/wire/compose.ts';
import type { WireDirection } from '../../src/wire/want.ts';
import { labOf } from '../unit/fault/fault-lab.ts';

const TARGET_KEYS = ['link', 'end', 'node', 'toward', 'direction'];
const there: WireDirection = { link: 'dci', direction: 'a>b' };
const span = { fromNs: 5e9, toNs: 65e9 };

/** The kind's own example, as a scenario gives it to the kind: without the target. */
function exampleOf(name: string): { own: Record<string, unknown>; target: string[] } {
  const step = load(faultKinds[name]?.example ?? '') as Record<string, Record<string, unknown>>;
  assert.deepEqual(Object.keys(step), [name], 'the example is one fault of this kind');
  const entries = Object.entries(step[name] ?? {});
  const own = faultKinds[name]?.saysWhere === true ? [] : TARGET_KEYS;
  return {
    own: Object.fromEntries(entries.filter(([key]) => !own.includes(key))),
    target: entries.map(([key]) => key).filter((key) => TARGET_KEYS.includes(key)),
  };
}

/** The lab of the examples: two sites with a switch each, a link `dci` between them. */
const lab = labOf(['h1', 'sw-a', 'sw-b', 'h2'], ['h1 sw-a', 'sw-a sw-b', 'sw-b h2']);
const topology = {
  ...lab,
  links: lab.links.map((link) => (link.id === 'sw-a~sw-b' ? { ...link, id: 'dci' } : link)),
};
const groups: Readonly<Record<string, readonly string[]>> = {
  east: ['h1', 'sw-a'],
  west: ['sw-b', 'h2'],
};

function inLab(kind: FaultKind<unknown>, params: unknown): InLab<unknown> {
  const nodes = (name: string): readonly string[] | undefined =>
    groups[name] ?? (topology.nodes.some((node) => node.name === name) ? [name] : undefined);
  const random = xoroshiro128plus(1);
  const found =
    kind.inLab === undefined
      ? { params }
      : kind.inLab(params, { topology, nodes, random, read: () => undefined });
  assert.ok(found !== undefined && !('refusal' in found), JSON.stringify(found));
  return found;
}

for (const [name, kind] of Object.entries(faultKinds)) {
  describe(`fault kind ${name}`, () => {
    const params = (): unknown => inLab(kind, kind.schema.parse(exampleOf(name).own)).params;
    const where = (): WireDirection => inLab(kind, params()).directions?.[0] ?? there;

    it('describes itself', () => {
      assert.equal(kind.name, name);
      assert.match(kind.about, /^[A-Z].{20,}\.$/);
      assert.ok(kind.describe(params()).length > 3);
    });

    it('has an example that says where', () => {
      if (kind.saysWhere === true) assert.ok((inLab(kind, params()).directions ?? []).length > 0);
      else assert.ok(exampleOf(name).target.length > 0);
    });

    it('refuses a parameter that it does not have', () => {
      const { own } = exampleOf(name);
      assert.equal(kind.schema.safeParse({ ...own, nonsense: '1s' }).success, false);
    });

    it('does not refuse its example', () => {
      assert.equal(kind.refuse?.(params()), undefined);
    });

    it('has parameters that survive JSON', () => {
      assert.deepEqual(JSON.parse(JSON.stringify(params())), params());
    });

    it('says which counters prove it', () => {
      for (const dose of kind.asks(params())) {
        if ('ratio' in dose && dose.ratio !== null) assert.ok(dose.ratio >= 0 && dose.ratio <= 1);
      }
      assert.equal(typeof kind.needsNetem(params()), 'boolean');
    });

    if (kind.acts !== 'wire') return;

    it('wants something of the direction that it is given, and of no other', () => {
      const { link, direction } = where();
      const wants = kind.wants(params(), { link, direction }, 'step#1');
      assert.ok(wants.length > 0);
      for (const want of wants) {
        assert.deepEqual([want.link, want.direction, want.fault], [link, direction, 'step#1']);
      }
      assert.deepEqual(JSON.parse(JSON.stringify(wants)), wants);
      assert.equal(compose(wants).size, 1);
    });

    it('wants the same for the same seed, within its span and in order', () => {
      const phases = (seed: number): unknown =>
        kind.phases?.(params(), where(), 'step', span, xoroshiro128plus(seed));
      assert.deepEqual(phases(1), phases(1));
      let at = span.fromNs;
      for (const phase of kind.phases?.(params(), where(), 'step', span, xoroshiro128plus(1)) ??
        []) {
        assert.ok(phase.fromNs >= at && phase.toNs > phase.fromNs && phase.toNs <= span.toNs);
        at = phase.toNs;
        for (const want of phase.wants) assert.equal(want.fault, 'step');
      }
    });

    it('leaves nothing behind at its end', () => {
      const step: FaultStep = {
        id: 'step',
        startNs: span.fromNs,
        endNs: span.toNs,
        active: [span],
        faults: [
          { kind: name, params: params(), target: { directions: [where()], endpoints: [] } },
        ],
      };
      const last = edgesOf([step], 1).at(-1);
      assert.deepEqual([last?.atNs, last?.wants], [span.toNs, []]);
    });
  });
}
