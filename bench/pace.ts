import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from '../src/kernel/find-kernel.ts';
import { figure, type Benchmark, type Figure } from './benchmark.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Pace {
  readonly run: { readonly durationMs: number; readonly wallMs: number };
}

function paceOf(label: string, scenario: string): Figure[] {
  const out = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const started = performance.now();
    const argv = [
      join(root, 'dist/cli/main.js'),
      'run',
      join(root, 'scenarios', scenario),
      '--json',
    ];
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [...argv, '--quiet', '--kernel', 'embedded', '--clock', 'warp', '--out', join(out, 'run')],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    const wallMs = performance.now() - started;
    if (stdout === '') throw new Error(`${scenario}: ${stderr}`);
    const { run } = JSON.parse(stdout) as Pace;
    const pace = run.durationMs / wallMs;
    const real = { name: 'real time', value: 1 };
    return [
      figure(`${label}: lab seconds per wall second, command to verdict`, pace, 's/s', real),
      figure(`${label}: command to verdict`, wallMs / 1000, 's', {
        name: 'lab time',
        value: run.durationMs / 1000,
      }),
    ];
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** How much faster than the lab's own time a run is in the warp clock, everything included. */
export const pace: Benchmark = {
  name: 'pace',
  skip: () =>
    cached().length > 0 ? undefined : 'the embedded kernel is not built: chaos kernel build',
  run: () =>
    Promise.resolve([
      ...paceOf('flaky-wan', 'flaky-wan.yml'),
      ...paceOf('VRRP pair', 'vrrp-loss.yml'),
    ]),
};
