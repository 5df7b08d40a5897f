import assert from 'node:assert/strict';
import { load } from 'js-yaml';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { edgesOf } from '../../src/fault/expand.ts';
import type { FaultStep } from '../../src/fault/expand.ts';
import { faultKinds } from '../../src/fault/registry.ts';
import { compose } from '../../src/wire/compose.ts';
import type { WireDirection } from '../../src/wire/want.ts';

const TARGET_KEYS = ['link', 'end', 'toward', 'direction'];
const there: WireDirection = { link: 'dci', direction: 'a>b' };
const span = { fromNs: 5e9, toNs: 65e9 };

/** The kind's own example, as a scenario gives it to the kind: without the target. */
function exampleOf(name: string): { own: Record<string, unknown>; target: string[] } {
  const step = load(faultKinds[name]?.example ?? '') as Record<string, Record<string, unknown>>;
  assert.deepEqual(Object.keys(step), [name], 'the example is one fault of this kind');
  const entries = Object.entries(step[name] ?? {});
  return {
    own: Object.fromEntries(entries.filter(([key]) => !TARGET_KEYS.includes(key))),
    target: entries.map(([key]) => key).filter((key) => TARGET_KEYS.includes(key)),
  };
}

for (const [name, kind] of Object.entries(faultKinds)) {
  describe(`fault kind ${name}`, () => {
    const params = (): unknown => kind.schema.parse(exampleOf(name).own);

    it('describes itself', () => {
      assert.equal(kind.name, name);
      assert.match(kind.about, /^[A-Z].{20,}\.$/);
      assert.ok(kind.describe(params()).length > 3);
    });

    it('has an example that says where', () => {
      assert.ok(exampleOf(name).target.length > 0);
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
      const wants = kind.wants(params(), there, 'step#1');
      assert.ok(wants.length > 0);
      for (const want of wants) {
        assert.deepEqual([want.link, want.direction, want.fault], ['dci', 'a>b', 'step#1']);
      }
      assert.deepEqual(JSON.parse(JSON.stringify(wants)), wants);
      assert.equal(compose(wants).size, 1);
    });

    it('wants the same for the same seed, within its span and in order', () => {
      const phases = (seed: number): unknown =>
        kind.phases?.(params(), there, 'step', span, xoroshiro128plus(seed));
      assert.deepEqual(phases(1), phases(1));
      let at = span.fromNs;
      for (const phase of kind.phases?.(params(), there, 'step', span, xoroshiro128plus(1)) ?? []) {
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
        faults: [{ kind: name, params: params(), target: { directions: [there], endpoints: [] } }],
      };
      const last = edgesOf([step], 1).at(-1);
      assert.deepEqual([last?.atNs, last?.wants], [span.toNs, []]);
    });
  });
}
