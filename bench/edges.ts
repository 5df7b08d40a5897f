import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from '../src/kernel/find-kernel.ts';
import { figure, type Benchmark, type Figure } from './benchmark.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A thousand times on and off, while a thousand packets a second are sent. */
const SCENARIO = {
  name: 'edges',
  lab: { file: join(root, 'labs/two-nodes/two-nodes.clab.yml') },
  probes: { ping: { icmp: { from: 'left', to: 'right', rate: '1000/s', timeout: '200ms' } } },
  ready: { that: ['ping.ok'] },
  timeline: [
    {
      id: 'flap',
      at: '2s',
      for: '25s',
      flap: { on: '13ms', off: '12ms' },
      'black-hole': { link: 'wire' },
    },
  ],
  recovery: '1s',
};

interface Edge {
  readonly type: string;
  readonly edge: string;
  readonly scheduled: number;
  readonly from: number;
  readonly to: number;
}

function edgesIn(kernel: string, clock: string): Figure[] {
  const out = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const file = join(out, 'edges.yml');
    writeFileSync(file, JSON.stringify(SCENARIO));
    const where = ['--kernel', kernel, '--clock', clock, '--seed', '1', '--out', join(out, 'run')];
    const argv = [join(root, 'dist/cli/main.js'), 'run', file, '--quiet', ...where];
    spawnSync(process.execPath, argv);
    const lines = readFileSync(join(out, 'run/events.ndjson'), 'utf8').trimEnd().split('\n');
    const edges = lines
      .map((line) => JSON.parse(line) as Edge)
      .filter(({ type, edge }) => type === 'edge' && ['on', 'off'].includes(edge));
    // the moment lies between the two: what is sent before `from` does not meet it, what is sent after `to` does
    return (['from', 'to'] as const).flatMap((end) => {
      const late = edges.map((each) => (each[end] - each.scheduled) / 1e3).sort((a, b) => a - b);
      const at = (share: number): number => late[Math.floor(share * (late.length - 1))] ?? NaN;
      const label = `edges, ${kernel} kernel, ${clock} clock: ${end} - scheduled`;
      return [
        figure(`${label}, p50 of ${late.length}`, at(0.5), 'us'),
        figure(`${label}, p99`, at(0.99), 'us'),
        figure(`${label}, max`, at(1), 'us'),
      ];
    });
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** How late an edge of a fault is. */
export const edges: Benchmark = {
  name: 'edges',
  skip: () => {
    if (process.getuid?.() !== 0) return 'the host kernel wants root';
    return cached().length > 0 ? undefined : 'the embedded kernel is not built: chaos kernel build';
  },
  run: () => Promise.resolve([...edgesIn('host', 'real'), ...edgesIn('embedded', 'warp')]),
};
