import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { abilities } from '../src/kernel/abilities.ts';
import { hostLacks } from '../src/kernel/choose.ts';
import { startSandbox } from '../src/kernel/start-sandbox.ts';
import { figure, median, type Benchmark, type Figure } from './benchmark.ts';

const ROUNDS = 3;
const SIZES = [10, 100, 300];
const here = fileURLToPath(new URL('.', import.meta.url));
/** below node_modules, so that koffi is found from there */
const out = join(here, '..', 'node_modules', '.cache', 'chaos-bench');

type Kind = 'ip' | 'net' | 'init';

/** A sandbox runs compiled programs; the room looks for its worker beside the program. */
async function compile(): Promise<string> {
  mkdirSync(out, { recursive: true });
  await build({
    entryPoints: {
      'chain-program': join(here, 'chain-program.ts'),
      'room-worker': join(here, '..', 'src', 'wire', 'room-worker.ts'),
    },
    outdir: out,
    outExtension: { '.js': '.js' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['koffi'],
    banner: {
      js: "import { createRequire as chaosRequire } from 'node:module';\nconst require = chaosRequire(import.meta.url);",
    },
  });
  return join(out, 'chain-program.js');
}

interface Measured {
  readonly upMs: number;
  readonly downMs: number;
}

async function once(program: string, kind: Kind, n: number): Promise<Measured> {
  const runDirectory = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const sandbox = await startSandbox({
      ...{ kernel: 'host', clock: 'real', seed: 1, memoryMb: 0, stallAfterMs: Infinity },
      runDirectory,
      module: program,
      args: [kind, String(n)],
    });
    let measured: Measured | undefined;
    sandbox.onLine((line) => {
      measured = (JSON.parse(line) as { result: Measured }).result;
    });
    await sandbox.exited;
    if (measured === undefined) throw new Error(`chain of ${n}, ${kind}: ${sandbox.output()}`);
    return measured;
  } finally {
    rmSync(runDirectory, { recursive: true, force: true });
  }
}

async function chainOf(program: string, n: number): Promise<Figure[]> {
  const times: Record<Kind, number[]> = { ip: [], net: [], init: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of Object.keys(times) as Kind[]) {
      const { upMs, downMs } = await once(program, kind, n);
      times[kind].push(upMs + downMs);
    }
  }
  const ip = { name: `ip -batch, chain of ${n}`, value: median(times.ip) };
  return [
    figure(`chain of ${n} bare nodes, up and down`, median(times.net), 'ms', ip),
    figure(`chain of ${n} nodes with files and init, up and down`, median(times.init), 'ms', ip),
  ];
}

/** Chains of nodes, up and down, on the host's kernel, in turns with raw iproute2 doing nodes and links alone. */
export const chain: Benchmark = {
  name: 'chain',
  skip() {
    const lacks = hostLacks({ netem: false }, abilities());
    return lacks.length === 0 ? undefined : `the host has no ${lacks[0]?.what ?? ''}`;
  },
  async run() {
    const program = await compile();
    const figures: Figure[] = [];
    for (const n of SIZES) {
      try {
        figures.push(...(await chainOf(program, n)));
      } catch (error) {
        console.error(`bench: chain of ${n}: ${String(error)}`);
        process.exitCode = 1;
      }
    }
    return figures;
  },
};
