import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { faultKinds } from '../../../src/fault/registry.ts';
import { readTopology } from '../../../src/lab/clab/read-topology.ts';
import { observerKinds } from '../../../src/observe/registry.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import { scenarioJsonSchema } from '../../../src/plan/scenario-json-schema.ts';
import { probeKinds } from '../../../src/probe/registry.ts';
import { expandSweep } from '../../../src/scenario/sweep.ts';
import { readScenario } from '../../../src/scenario/read-scenario.ts';

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/scenario.md', root), 'utf8');
const labPath = new URL('labs/two-nodes/two-nodes.clab.yml', root);

describe('docs/scenario.md', () => {
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

  for (const text of examples) {
    const name = /^name: (\S+)/m.exec(text)?.[1] ?? '?';
    it(`has an example that plans: ${name}`, () => {
      const scenario = readScenario(text, `${name}.yml`);
      const topology = readTopology(readFileSync(labPath, 'utf8'), 'two-nodes.clab.yml', {
        environment: {},
      });
      makePlan(scenario, topology, { seed: 1 });
      assert(expandSweep(scenario).length > 0);
    });
  }

  const mentioned = new Set([...page.matchAll(/`([a-z-]+)`/g)].map(([, word]) => word));

  it('names every key of the top level', () => {
    const { properties } = scenarioJsonSchema() as { properties: object };
    assert.deepEqual(
      Object.keys(properties).filter((key) => !mentioned.has(key)),
      [],
    );
  });

  it('names every kind of fault, observer and probe', () => {
    const kinds = [faultKinds, observerKinds, probeKinds].flatMap((registry) =>
      Object.keys(registry),
    );
    assert.deepEqual(
      kinds.filter((kind) => !mentioned.has(kind)),
      [],
    );
  });
});
