import assert from 'node:assert/strict';
import { checkImports } from '../../../scripts/check-imports.mjs';

const check = (files: Record<string, string>): string[] =>
  checkImports(new Map(Object.entries(files)));

describe('the import allow-list', () => {
  it('allows what follows the flow of data', () => {
    assert.deepEqual(
      check({
        'plan/make-plan.ts': "import { readScenario } from '../scenario/read-scenario.ts';",
        'scenario/read-scenario.ts':
          "import { ChaosError } from '../errors.ts';\nimport { z } from 'zod';",
        'errors.ts': '',
      }),
      [],
    );
  });

  it('refuses an import against the flow, a type import too', () => {
    assert.deepEqual(
      check({
        'scenario/read-scenario.ts': "import type { Plan } from '../plan/plan.ts';",
        'plan/plan.ts': '',
      }),
      ['scenario/read-scenario.ts: scenario may not import plan (plan/plan.ts)'],
    );
  });

  it('refuses an inline type import and a dynamic import', () => {
    const problems = check({
      'check/x.ts': "export const y = async () => (await import('../run/engine.ts')).y;",
      'check/z.ts': "export { type Engine } from '../run/engine.ts';",
      'run/engine.ts': '',
    });
    assert.equal(problems.length, 2);
  });

  it('keeps the file system, processes and FFI out of pure layers', () => {
    assert.deepEqual(
      check({
        'report/x.ts': "import { readFileSync } from 'node:fs';",
        'plan/x.ts': "import koffi from 'koffi';",
      }),
      [
        'report/x.ts: report may not import node:fs',
        'plan/x.ts: plan may not import the package koffi',
      ],
    );
  });

  it('lets a half that acts use the lab, and the pure half not', () => {
    const lab = { 'lab/lab.ts': '' };
    const text = "import type { StartedLab } from '../lab/lab.ts';";
    assert.deepEqual(check({ 'observe/vrrp-run.ts': text, ...lab }), []);
    assert.equal(check({ 'observe/vrrp.ts': text, ...lab }).length, 1);
  });

  it('finds a cycle of files', () => {
    assert.deepEqual(
      check({
        'scenario/a.ts': "import './b.ts';",
        'scenario/b.ts': "import type {} from './c.ts';",
        'scenario/c.ts': "import './a.ts';",
      }),
      ['a cycle of imports: scenario/a.ts -> scenario/b.ts -> scenario/c.ts -> scenario/a.ts'],
    );
  });

  it('refuses a folder that nobody owns', () => {
    assert.deepEqual(check({ 'utils/x.ts': '' }), ['utils/x.ts: no layer of the table owns it']);
  });
});
