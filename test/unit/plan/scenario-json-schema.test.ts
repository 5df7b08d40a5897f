import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { scenarioJsonSchema } from '../../../src/plan/scenario-json-schema.ts';
import { readYaml } from '../../../src/scenario/yaml.ts';
import { base, changed, kinds } from './fixture.ts';

describe('plan/scenario-json-schema', () => {
  const validate = new Ajv2020({ strict: false }).compile(scenarioJsonSchema(kinds));
  const errorsOf = (text: string): readonly string[] => {
    validate(readYaml(text, 's.yml').value);
    return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
  };

  it('takes a good scenario', () => assert.deepEqual(errorsOf(base), []));

  const wrong: readonly (readonly [string, string, string])[] = [
    ['delay: 20ms', 'delay: 20', '/timeline/0/impair/delay type'],
    ['delay: 20ms', 'dealy: 20ms', '/timeline/0/impair additionalProperties'],
    ['impair: {', 'impiar: {', '/timeline/0 additionalProperties'],
    ['vrrp: {', 'vrpp: {', '/observe/gw additionalProperties'],
    ['timeline:', 'timline:', ' additionalProperties'],
    ['ok: {', 'okk: {', '/probes/users-a/udp additionalProperties'],
    ['toward: west', 'direction: up', '/timeline/2/black-hole/direction enum'],
    ['min: 0%', 'mim: 0%', '/params/loss additionalProperties'],
  ];
  for (const [from, to, error] of wrong) {
    it(`underlines ${to}`, () => {
      const errors = errorsOf(changed(from, to));
      assert.ok(errors.includes(error), errors.join('\n'));
    });
  }

  it('covers the real kinds', function () {
    // a second of computing, of which a busy machine makes several
    this.timeout(30_000);
    const text = JSON.stringify(scenarioJsonSchema());
    assert.doesNotThrow(() => new Ajv2020({ strict: false }).compile(scenarioJsonSchema()));
    assert.match(text, /"carrier-loss"/);
  });
});
