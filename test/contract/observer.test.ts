import assert from 'node:assert/strict';
import yaml from 'js-yaml';
import type { SignalSpec } from '../../src/observe/observer.ts';
import { observerKind, observerKinds } from '../../src/observe/registry.ts';
import { startableObservers } from '../../src/observe/registry-run.ts';
import { lab } from '../unit/observe/two-site-lab.ts';
import { checkSignals, withExtraKey } from './signals.ts';

const UNKNOWN: Readonly<Record<string, unknown>> = {
  vrrp: { group: 51, nodes: ['fw-z'] },
  stp: { bridges: ['sw-z'] },
  ospf: { nodes: ['r9'] },
  link: { link: 'dcj' },
  traffic: { links: ['dcj'] },
};

/** `id: { kind: { ... } }`, as the example stands in a scenario */
function parseExample(name: string): { id: string; params: unknown } {
  const kind = observerKind(name)!;
  const [entry] = Object.entries(
    yaml.load(kind.example) as Record<string, Record<string, unknown>>,
  );
  assert.ok(entry !== undefined, kind.example);
  const [id, body] = entry;
  return { id, params: body[name] };
}

describe('every kind of observer', () => {
  it('can be started, and nothing else can', () => {
    assert.deepEqual([...startableObservers].sort(), Object.keys(observerKinds).sort());
  });

  it('is refused by name when it does not exist', () => {
    assert.equal(observerKind('bgpp'), undefined);
    assert.equal(observerKind('constructor'), undefined);
  });

  for (const [name, kind] of Object.entries(observerKinds)) {
    describe(name, () => {
      const example = parseExample(name);
      const signals = (): readonly SignalSpec[] =>
        kind.signals(example.id, kind.schema.parse(example.params), lab);

      it('says what it is', () => {
        assert.equal(kind.name, name);
        assert.match(kind.about, /^[^\n]{10,120}[^.\n]$/);
      });

      it('has an example that fits the lab', () => {
        assert.equal(kind.refuse?.(kind.schema.parse(example.params), lab), undefined);
      });

      it('describes its signals', () => {
        checkSignals(example.id, signals());
      });

      it('refuses a name that the lab does not have, and says which is near', () => {
        const message = kind.refuse?.(kind.schema.parse(UNKNOWN[name]), lab);
        assert.match(message ?? '', /did you mean '/);
      });

      it('refuses a key that it does not know', () => {
        assert.equal(kind.schema.safeParse(withExtraKey(example.params)).success, false);
      });
    });
  }
});
