import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtKernels } from '../src/kernel/find-kernel.ts';
import { startSandbox } from '../src/kernel/start-sandbox.ts';
import { findContainerlab } from '../src/lab/containerlab/binary.ts';
import { findImages } from '../src/lab/containerlab/image-store.ts';
import { figure, median, type Benchmark } from './benchmark.ts';
import { chainTopology } from './chain-topology.ts';

const ROUNDS = 3;
const NODES = 20;
const PROGRAM = fileURLToPath(new URL('drivers-program.mjs', import.meta.url));

interface Measured {
  readonly upMs: number;
  readonly downMs: number;
}

async function once(driver: string, programs: string, disk: string): Promise<Measured> {
  const runDirectory = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    copyFileSync(PROGRAM, join(runDirectory, 'program.mjs'));
    const topology = JSON.stringify(chainTopology(NODES, 'linux'));
    writeFileSync(join(runDirectory, 'topology.json'), topology);
    const sandbox = await startSandbox({
      ...{ kernel: 'embedded', clock: 'real', seed: 1, memoryMb: 2048, stallAfterMs: Infinity },
      ...{ runDirectory, module: '/run-dir/program.mjs', args: [driver] },
      docker: { programs, disk },
    });
    const lines: string[] = [];
    sandbox.onLine((line) => lines.push(line));
    await sandbox.exited;
    if (lines[0] === undefined) throw new Error(`${driver}: ${sandbox.output()}`);
    return JSON.parse(lines[0]) as Measured;
  } finally {
    rmSync(runDirectory, { recursive: true, force: true });
  }
}

/** The same lab by both drivers in the embedded kernel, on the real clock, in turns. */
export const driversOfLabs: Benchmark = {
  name: 'drivers',
  skip() {
    if (builtKernels().length === 0) return 'there is no embedded kernel (chaos kernel build)';
    if (findContainerlab(process.env) === undefined) return 'no chaos lab containerlab';
    return findImages(process.env) === undefined ? 'no chaos lab images build' : undefined;
  },
  async run() {
    const programs = dirname(findContainerlab(process.env) ?? '');
    const disk = findImages(process.env)?.disk ?? '';
    const times: Record<string, Measured[]> = { netns: [], containerlab: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const [driver, all] of Object.entries(times)) {
        all.push(await once(driver, programs, disk));
      }
    }
    const of = (driver: string, part: keyof Measured): number =>
      median((times[driver] ?? []).map((each) => each[part]));
    return (['upMs', 'downMs'] as const).map((part) =>
      figure(
        `containerlab, chain of ${String(NODES)}, ${part === 'upMs' ? 'up (with its dockerd)' : 'down'}`,
        of('containerlab', part),
        'ms',
        { name: 'netns', value: of('netns', part) },
      ),
    );
  },
};
