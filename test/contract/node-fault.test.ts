import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultKinds } from '../../src/fault/registry.ts';
import { hostIsolation } from '../../src/kernel/host-isolation.ts';
import { distDirectory } from '../../src/kernel/places.ts';
import { startSandbox } from '../../src/kernel/start-sandbox.ts';
import { PROMISES, type PromiseName, type Result } from './promises.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const kinds = Object.values(faultKinds).filter(({ acts }) => acts === 'node');

/** Every kind in a lab of two real routers, on the host's kernel and by its clock. */
describe('faults that act in nodes keep the contract', function () {
  this.timeout(240_000);
  const results = new Map<string, Result>();

  before(async function () {
    if (hostIsolation() === undefined) this.skip();
    const runDirectory = mkdtempSync(join(tmpdir(), 'contract-'));
    try {
      const files = join(here, '../lab/fault/routing');
      for (const name of ['daemons', 'r1.frr.conf', 'r2.frr.conf']) {
        copyFileSync(join(files, name), join(runDirectory, name));
      }
      const module = join(here, 'programs/node-faults.mjs');
      const where = { kernel: 'host', clock: 'real', seed: 1, memoryMb: 512 } as const;
      const args = ['netns', distDirectory()];
      const how = { runDirectory, module, args, stallAfterMs: 60_000 };
      const sandbox = await startSandbox({ ...where, ...how });
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

  for (const { name } of kinds) {
    describe(name, () => {
      for (const [promise, about] of Object.entries(PROMISES)) {
        it(about, () => {
          const result = results.get(name);
          assert.equal(result?.failed, undefined, name);
          assert.equal(result?.[promise as PromiseName], 'yes', name);
        });
      }
    });
  }
});
