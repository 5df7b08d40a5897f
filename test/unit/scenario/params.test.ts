import assert from 'node:assert/strict';
import { ChaosError } from '../../../src/errors.ts';
import { resolveParams, substituteParams } from '../../../src/scenario/params.ts';
import { Problems } from '../../../src/scenario/problems.ts';
import { readScenario } from '../../../src/scenario/read-scenario.ts';

/** What becomes of a fault's text; or what is said of it. */
function substituted(written: string): unknown {
  const fault = `exec: { node: r1, argv: [sh, -c, ${JSON.stringify(written)}], undo: [] }`;
  const lines = ['name: s', 'lab: x', 'params: { n: 3 }', 'timeline:'];
  const text = [...lines, `  - { id: e, at: 1s, for: 1s, ${fault} }`, ''].join('\n');
  const scenario = readScenario(text, 's.yml');
  const problems = new Problems(scenario.document);
  const at = ['timeline', 0, 'exec', 'argv', 2];
  const value = substituteParams(problems, at, written, resolveParams(scenario, {}));
  try {
    problems.throwIfAny();
    return typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  } catch (error) {
    assert.ok(error instanceof ChaosError);
    return error.problems.map(({ message, hint = '' }) => `${message}; ${hint}`).join();
  }
}

describe('scenario/params: texts with a $', () => {
  it('are expressions', () => {
    assert.equal(substituted('2 * $n'), 6);
  });

  it('are texts where it is written twice, or before no name', () => {
    assert.equal(substituted('for i in 1 2; do echo $$i; done'), 'for i in 1 2; do echo $i; done');
    assert.equal(substituted('echo $$ $1'), 'echo $$ $1');
  });

  it('say how it is written, where they are no expressions', () => {
    const hint = 'a $ that is no parameter is written $$';
    assert.match(
      String(substituted('echo $HOME; ls')),
      new RegExp(`; ${hint.replaceAll('$', '\\$')}$`),
    );
    // a slip of the pen, for which there is a better hint
    assert.equal(substituted('$m'), "there is no parameter '$m'; ");
  });
});
