/** A figure against what it is compared with; `ratio` is value / against. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** what it is measured against, with its own figure in the same unit */
  readonly against: { readonly name: string; readonly value: number } | null;
  readonly ratio: number | null;
}

export interface Benchmark {
  readonly name: string;
  /** why it cannot run on this machine; undefined: it can */
  skip?(): string | undefined;
  run(): Promise<readonly Figure[]>;
}

export function figure(
  name: string,
  value: number,
  unit: string,
  against: Figure['against'] = null,
): Figure {
  const rounded = Number(value.toPrecision(4));
  if (against === null) return { name, value: rounded, unit, against, ratio: null };
  const ratio = Number((value / against.value).toPrecision(3));
  const other = { name: against.name, value: Number(against.value.toPrecision(4)) };
  return { name, value: rounded, unit, against: other, ratio };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}
