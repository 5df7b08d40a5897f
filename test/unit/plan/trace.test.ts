import assert from 'node:assert/strict';
import { ChaosError } from '../../../src/errors.ts';
import type { ScenarioFiles } from '../../../src/plan/plan-context.ts';
import { allKinds } from '../../../src/plan/kinds.ts';
import { describePlan } from '../../../src/plan/describe-plan.ts';
import { errorOf, plan } from './fixture.ts';

const kinds = { ...allKinds };
const scenario = (length: string, trace: string): string => `name: t
lab: lab.clab.yml
params: { file: { default: a.csv } }
timeline:
  - { id: s, at: 1s, for: ${length}, impair: { link: dci, trace: ${trace} } }
recovery: 1s
`;
const files =
  (text: string): ScenarioFiles =>
  (name) => {
    if (name !== 'a.csv') throw new ChaosError('not-found', `the file ${name} does not exist`);
    return { path: `scenarios/${name}`, text };
  };
const good = 'time in s,delay in ms,loss in %\n0,20,0\n1,50,10\n2,30,1\n';

describe('a trace in a plan', () => {
  it('is read by its name beside the scenario, a parameter too, and is then in the plan', () => {
    for (const trace of ['a.csv', '$file', '{ file: a.csv, at-end: loop }']) {
      const made = plan(scenario('3s', trace), { kinds, files: files(good) });
      const [fault] = made.steps[0]?.faults ?? [];
      const { rows } = (fault?.params as { trace: { rows: unknown[] } }).trace;
      assert.equal(rows.length, 3);
      assert.ok(!JSON.stringify(made).includes('scenarios/a.csv'));
      assert.match(describePlan(made), /trace a.csv \(3 rows, 3s.*\): delay 20ms to 50ms, loss 0% to 10%/);
    }
  }); // prettier-ignore

  it('says what is wrong in the file, at its place there', () => {
    const text = good.replace('50,10', '50,x').replace('30,1', '30');
    const { code, problems } = errorOf(scenario('3s', 'a.csv'), { kinds, files: files(text) });
    assert.equal(code, 'invalid');
    assert.deepEqual(
      problems.map(({ position: { file, line, column } }) => [file, line, column]),
      [
        ['scenarios/a.csv', 3, 6],
        ['scenarios/a.csv', 4, 1],
      ],
    );
  });

  it('says that the file is not there, where it is named', () => {
    for (const trace of ['b.csv', '{ file: b.csv }']) {
      const { problems } = errorOf(scenario('3s', trace), { kinds, files: files(good) });
      assert.deepEqual(
        problems.map(({ position, message }) => [position.file, position.line, message]),
        [['s.yml', 5, 'the file b.csv does not exist']],
      );
    }
  });

  it('refuses a step that is longer, unless it is said what comes then', () => {
    const { problems } = errorOf(scenario('4s', 'a.csv'), { kinds, files: files(good) });
    assert.match(problems[0]?.message ?? '', /would be in force for 4s/);
    assert.match(problems[0]?.hint ?? '', /at-end: hold/);
    for (const end of ['hold', 'loop']) {
      const trace = `{ file: a.csv, at-end: ${end} }`;
      assert.ok(plan(scenario('4s', trace), { kinds, files: files(good) }));
    }
  });

  it('refuses more edges than a run bears', () => {
    const fast = 'time in ms,loss in %\n0,0\n1,1\n';
    const trace = '{ file: a.csv, at-end: loop }';
    const { problems } = errorOf(scenario('30s', trace), { kinds, files: files(fast) });
    assert.equal(problems[0]?.expected, 'at most 20s');
  });
});
