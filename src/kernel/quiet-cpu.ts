import { readFileSync } from 'node:fs';

/**
 * The embedded kernel and its guest processes take turns at every system call of the guest; only one of them ever
 * runs. On one CPU that is a context switch, on two it is a wake-up across CPUs: 20 against 50 us per call, measured
 * on a virtual machine with 2 cores (flaky-wan then takes half the time). So the kernel is pinned to a CPU, to the one
 * that has idled most lately.
 */
interface Idle {
  readonly cpu: number;
  readonly idle: number;
}

const atStart = idleTimes();

/** The number of a CPU that this process may run on; undefined where there is no choice or no /proc/stat. */
export function quietCpu(): number | undefined {
  const before = new Map(atStart.map(({ cpu, idle }) => [cpu, idle]));
  const allowed = allowedCpus();
  const since = idleTimes()
    .filter(({ cpu }) => allowed.has(cpu))
    .map(({ cpu, idle }) => ({ cpu, idle: idle - (before.get(cpu) ?? idle) }));
  if (since.length < 2) return undefined;
  // neighbours that start at the same moment should not agree
  const first = process.pid % since.length;
  const turned = [...since.slice(first), ...since.slice(0, first)];
  return turned.reduce((best, one) => (one.idle > best.idle ? one : best)).cpu;
}

/** proc_stat(5): `cpu0 user nice system idle ...`, in ticks */
function idleTimes(): readonly Idle[] {
  const text = readOr('/proc/stat', '');
  return [...text.matchAll(/^cpu(\d+) \d+ \d+ \d+ (\d+)/gm)].map((m) => ({
    cpu: Number(m[1]),
    idle: Number(m[2]),
  }));
}

/** `Cpus_allowed_list: 0-3,6` */
function allowedCpus(): ReadonlySet<number> {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readOr('/proc/self/status', ''))?.[1] ?? '';
  const cpus = list.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, k) => from + k);
  });
  return new Set(cpus);
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
