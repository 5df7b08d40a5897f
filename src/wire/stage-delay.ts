import { TABLE_SCALE, type JitterPart } from './delay-table.ts';
import type { NetemStage } from './direction-state.ts';
import { jitterTable } from './netem-options.ts';

/** For how long a netem holds a frame that nothing else holds up: what the distribution of it is expected to be. */
export interface StageDelay {
  readonly meanNs: number;
  readonly varianceNs2: number;
  /** all but one frame in a thousand are held for longer */
  readonly leastNs: number;
  readonly mostNs: number;
}

const RARE = 0.001;

/** netem's table is a list of quantiles; a delay below zero is none (sch_netem.c). */
export function stageDelay({ delayNs, jitters }: Pick<NetemStage, 'delayNs' | 'jitters'>): StageDelay {
  const { jitterNs, table } = jitterTable(jitters);
  if (table.length === 0) {
    return { meanNs: delayNs, varianceNs2: 0, leastNs: delayNs, mostNs: delayNs };
  }
  let sum = 0;
  let squares = 0;
  for (const t of table) {
    const ns = Math.max(0, delayNs + (jitterNs * t) / TABLE_SCALE);
    sum += ns - delayNs;
    squares += (ns - delayNs) ** 2;
  }
  const mean = sum / table.length;
  const at = (rank: number): number =>
    Math.max(0, delayNs + (jitterNs * (table[Math.floor(rank)] ?? 0)) / TABLE_SCALE);
  return {
    meanNs: delayNs + mean,
    varianceNs2: squares / table.length - mean ** 2,
    leastNs: at(table.length * RARE),
    mostNs: at(table.length - 1),
  };
} // prettier-ignore

/** The delay of a frame that leaves no earlier than the one before it. */
export interface HeldDelay {
  readonly meanNs: number;
  readonly varianceNs2: number;
  /** with this probability it leaves by its own time: by so much a delay that is longer shows */
  readonly free: number;
}

/** What is expected of a frame that cannot leave before `heldNs` after it has entered. */
export function heldDelay(stage: Pick<NetemStage, 'delayNs' | 'jitters'>, heldNs: number): HeldDelay {
  const { delayNs, jitters } = stage;
  const { jitterNs, table } = jitterTable(jitters);
  if (table.length === 0) {
    return { meanNs: Math.max(delayNs, heldNs), varianceNs2: 0, free: delayNs > heldNs ? 1 : 0 };
  }
  let [sum, squares, free] = [0, 0, 0];
  for (const t of table) {
    const own = Math.max(0, delayNs + (jitterNs * t) / TABLE_SCALE);
    const ns = Math.max(own, heldNs) - heldNs;
    sum += ns;
    squares += ns ** 2;
    if (ns > 0) free++;
  }
  const n = table.length;
  return { meanNs: heldNs + sum / n, varianceNs2: squares / n - (sum / n) ** 2, free: free / n };
} // prettier-ignore

/** One after the other, independent of each other. */
export function inARow(a: StageDelay, b: StageDelay): StageDelay {
  return {
    meanNs: a.meanNs + b.meanNs,
    varianceNs2: a.varianceNs2 + b.varianceNs2,
    leastNs: a.leastNs + b.leastNs,
    mostNs: a.mostNs + b.mostNs,
  };
}

/** What one source of jitter adds to the variance. */
export function varianceOf(part: JitterPart): number {
  return stageDelay({ delayNs: 1e15, jitters: [part] }).varianceNs2;
}
