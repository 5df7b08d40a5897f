import type { Benchmark, Figure } from './benchmark.ts';
import { chain } from './chain.ts';
import { driversOfLabs } from './drivers.ts';
import { edges } from './edges.ts';
import { mininet } from './mininet.ts';
import { pace } from './pace.ts';
import { startUp } from './start-up.ts';

/** `npm run bench -- [--json] [NAME...]`: every benchmark, or those that are named. */
const benchmarks: readonly Benchmark[] = [startUp, chain, driversOfLabs, mininet, pace, edges];

const argv = process.argv.slice(2);
const names = argv.filter((word) => word !== '--json');
const unknown = names.find((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown !== undefined) {
  console.error(
    `bench: no ${unknown}; there are: ${benchmarks.map(({ name }) => name).join(', ')}`,
  );
  process.exit(64);
}

const figures: Figure[] = [];
for (const benchmark of benchmarks) {
  if (names.length > 0 && !names.includes(benchmark.name)) continue;
  const skip = benchmark.skip?.();
  if (skip === undefined) figures.push(...(await benchmark.run()));
  else console.error(`bench: ${benchmark.name} left out: ${skip}`);
}
if (argv.includes('--json')) console.log(JSON.stringify(figures, null, 2));
else {
  for (const { name, value, unit, against, ratio } of figures) {
    const compared =
      against === null ? '' : `  ${against.name} ${against.value} ${unit}: ${String(ratio)}x`;
    console.log(`${name}  ${value} ${unit}${compared}`);
  }
}
