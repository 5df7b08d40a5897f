import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startSandbox } from '../../../src/kernel/start-sandbox.ts';
import type { DoseReport } from './room-lab.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

interface Figures {
  readonly sent: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
  readonly minNs: number;
  readonly medianNs: number;
  readonly maxNs: number;
  readonly readBack?: string;
  readonly doses: readonly DoseReport[];
  readonly wrong: number;
  readonly within: number;
}

/** The room in the embedded kernel, and everything that the program said. */
async function runInside(): Promise<ReadonlyMap<string, unknown>> {
  const runDirectory = mkdtempSync(join(tmpdir(), 'room-'));
  try {
    writeFileSync(join(runDirectory, 'package.json'), '{"type":"module"}');
    await build({
      entryPoints: {
        program: at('programs/room-figures.ts'),
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

describe('the wire room with netem, in the embedded kernel', function () {
  // lab time costs little, but the machine may be busy
  this.timeout(180_000);
  let said: ReadonlyMap<string, unknown>;
  before(async () => {
    said = await runInside();
  });

  const of = (name: string): Figures => said.get(name) as Figures;

  it('finds netem and bands', () => {
    assert.deepEqual(said.get('abilities'), { netem: true, bands: true });
  });

  it('lets everything pass at once when nothing is wanted', () => {
    const { lost, doubled, reordered, maxNs } = of('neutral');
    assert.deepEqual([lost, doubled, reordered], [0, 0, 0]);
    assert.ok(maxNs < 1e6, String(maxNs));
  });

  it('delays every frame by what was asked', () => {
    const { lost, reordered, minNs, medianNs, readBack } = of('delay');
    assert.deepEqual([lost, reordered], [0, 0]);
    assert.ok(minNs >= 20e6 && medianNs < 20.1e6, `${String(minNs)} ${String(medianNs)}`);
    assert.match(readBack ?? '', /netem delay 20ms/);
  });

  it('counts each frame that a drop rule hits', () => {
    const { lost, doses } = of('loss');
    const dose = doses.at(-1);
    assert.deepEqual([dose?.quantity, dose?.hit], ['loss', lost]);
  });

  it('counts what a loss model drops, and finds the mean that was asked', () => {
    const { lost, doses } = of('gemodel');
    const dose = doses.at(-1);
    assert.deepEqual([dose?.quantity, dose?.hit], ['impair', lost]);
    // p / (p + r) = 20 %; bursts of 5 frames: the standard deviation is 3 times that of single losses
    const ratio = (dose?.hit ?? 0) / (dose?.seen ?? 1);
    assert.ok(Math.abs(ratio - 0.2) < 0.05, String(ratio));
  });

  it('delays only the class that is meant', () => {
    assert.ok(of('class').minNs >= 20e6);
    assert.ok(of('other class').maxNs < 1e6);
  });

  for (const name of ['changes', 'jitter changes', 'class changes', 'class, each to its end']) {
    it(`loses and reorders nothing: ${name}`, () => {
      const { sent, lost, doubled, reordered } = of(name);
      assert.ok(sent > 10_000);
      assert.deepEqual([lost, doubled, reordered], [0, 0, 0]);
    });
  }

  for (const name of ['cuts', 'fast cuts']) {
    it(`loses exactly what was sent while cut: ${name}`, () => {
      const { lost, wrong, within } = of(name);
      assert.ok(lost > 300, String(lost));
      assert.deepEqual([wrong, within], [0, 0]);
    });
  }
});
