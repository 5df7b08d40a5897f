import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startSandbox } from '../../../src/kernel/start-sandbox.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A program of test/lab/wire/programs in the embedded kernel, warp clock: everything that it said, by name. */
export async function runInside(program: string): Promise<ReadonlyMap<string, unknown>> {
  const runDirectory = mkdtempSync(join(tmpdir(), 'room-'));
  try {
    writeFileSync(join(runDirectory, 'package.json'), '{"type":"module"}');
    await build({
      entryPoints: {
        program: at(`programs/${program}`),
        'room-worker': at('../../../src/wire/room-worker.ts'),
      },
      outdir: runDirectory,
      bundle: true,
      platform: 'node',
      format: 'esm',
      // a native module: /chaos/node_modules has it
      alias: { koffi: '/chaos/node_modules/koffi/index.js' },
      external: ['/chaos/*'],
    });
    const sandbox = await startSandbox({
      kernel: 'embedded', clock: 'warp', seed: 1, runDirectory, module: '/run-dir/program.js', args: [],
      memoryMb: 1024, stallAfterMs: 60_000,
    }); // prettier-ignore
    const said = new Map<string, unknown>();
    sandbox.onLine((line) => {
      const { name, value } = JSON.parse(line) as { name: string; value: unknown };
      said.set(name, value);
    });
    const { code } = await sandbox.exited;
    assert.equal(code, 0, sandbox.output());
    return said;
  } finally {
    rmSync(runDirectory, { recursive: true });
  }
}
