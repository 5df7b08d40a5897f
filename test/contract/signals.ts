import assert from 'node:assert/strict';
import type { SignalSpec } from '../../src/observe/observer.ts';

const UNITS: Readonly<Record<string, readonly string[] | RegExp>> = {
  boolean: [''],
  state: [''],
  count: /^[a-z]+$/,
  duration: ['ms'],
  ratio: ['%'],
  rate: ['/s'],
};
const PATH = /^[a-z0-9-]+(\.[a-z0-9-]+)+(\["[^"\]]+"(,"[^"\]]+")*\])?$/;

/** What `chaos list signals` and the expression checker rely on. */
export function checkSignals(id: string, specs: readonly SignalSpec[]): void {
  assert.ok(specs.length > 0);
  const paths = specs.map((spec) => spec.path);
  assert.deepEqual(paths, [...new Set(paths)], 'each path once');
  for (const spec of specs) {
    assert.ok(spec.path.startsWith(`${id}.`), spec.path);
    assert.match(spec.path, PATH);
    assert.ok(spec.about.length > 5, `${spec.path} says what it is`);
    assert.ok(Number.isInteger(spec.resolutionNs) && spec.resolutionNs > 0, spec.path);
    const allowed = UNITS[spec.valueType];
    if (Array.isArray(allowed))
      assert.ok(allowed.includes(spec.unit), `${spec.path}: ${spec.unit}`);
    else assert.match(spec.unit, allowed as RegExp, spec.path);
    if (spec.valueType !== 'state') continue;
    assert.ok((spec.states?.length ?? 0) > 1, `${spec.path} lists its states`);
    assert.deepEqual(spec.states, [...new Set(spec.states)]);
  }
}

export function withExtraKey(params: unknown): unknown {
  return { ...(params as Record<string, unknown>), surplus: 1 };
}
