import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultKinds } from '../../../src/fault/registry.ts';
import { startSandbox } from '../../../src/kernel/start-sandbox.ts';
import { PROMISES, type PromiseName, type Result } from '../../contract/promises.ts';
import { guestDockerHere } from './guest-docker-here.ts';

const tests = fileURLToPath(new URL('../../', import.meta.url));
const PLACE = { driver: 'containerlab', kernel: 'embedded', clock: 'real' } as const;

/** refused before a run, so not run */
const REFUSED: readonly string[] = [];

/** The contract of faults in nodes (test/contract/node-fault.test.ts) in a lab of two containers. */
describe('faults that act in nodes keep the contract in containers', function () {
  this.timeout(900_000);
  const results = new Map<string, Result>();

  before(async function () {
    const docker = guestDockerHere();
    if (docker === undefined) this.skip();
    const runDirectory = mkdtempSync(join(tmpdir(), 'contract-'));
    try {
      for (const name of ['daemons', 'r1.frr.conf', 'r2.frr.conf']) {
        copyFileSync(join(tests, 'lab/fault/routing', name), join(runDirectory, name));
      }
      const programs = join(tests, 'contract/programs');
      for (const name of readdirSync(programs)) {
        copyFileSync(join(programs, name), join(runDirectory, name));
      }
      const sandbox = await startSandbox({
        ...{ kernel: 'embedded', clock: 'real', seed: 1, memoryMb: 2048, stallAfterMs: 60_000 },
        ...{ runDirectory, module: '/run-dir/node-faults.mjs', docker },
        args: ['containerlab', '/chaos/dist'],
      });
      sandbox.onLine((line) => {
        const result = JSON.parse(line) as Result;
        results.set(result.kind ?? '', result);
      });
      const { code } = await sandbox.exited;
      assert.equal(code, 0, sandbox.output());
    } finally {
      rmSync(runDirectory, { recursive: true, force: true });
    }
  });

  it('but for those that are refused by name', () => {
    const refused = Object.values(faultKinds).filter(
      (kind) => kind.acts === 'node' && kind.refuseWhere?.({}, PLACE) !== undefined,
    );
    assert.deepEqual(refused.map(({ name }) => name).sort(), REFUSED);
  });

  for (const { name, acts } of Object.values(faultKinds)) {
    if (acts !== 'node' || REFUSED.includes(name)) continue;
    it(name, () => {
      const result = results.get(name);
      assert.equal(result?.failed, undefined, name);
      for (const [promise, about] of Object.entries(PROMISES)) {
        // of the journal and whoever reads it: shown without containers (test/contract/node-fault.test.ts)
        if (promise === 'replayed') continue;
        assert.equal(result?.[promise as PromiseName], 'yes', about);
      }
    });
  }
});
