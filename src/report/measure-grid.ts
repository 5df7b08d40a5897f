import type { ReportMeasure } from './report.ts';

/** Measures taken of each step, side by side, and the others. */
export interface MeasureGrid {
  /** in order of first appearance */
  readonly steps: readonly string[];
  readonly rows: readonly MeasureRow[];
  readonly others: readonly ReportMeasure[];
}

export interface MeasureRow {
  readonly name: string;
  readonly form: string;
  readonly text: string;
  /** in order of `steps`; undefined: not taken of that step */
  readonly cells: readonly (ReportMeasure | undefined)[];
}

/** `dual-master[bursts]`, `dual-master[deaf]`: one row `dual-master` with a column for each step. */
export function measureGrid(measures: readonly ReportMeasure[]): MeasureGrid {
  const split = measures.map((measure) => {
    const [, base, step] = /^([^[]+)\[(.+)\]$/.exec(measure.name) ?? [];
    return { measure, base, step };
  });
  const isRow = (base: string | undefined): base is string =>
    base !== undefined && split.filter((one) => one.base === base).length > 1;
  const inRows = split.filter(({ base }) => isRow(base));
  const steps = [...new Set(inRows.flatMap(({ step }) => (step === undefined ? [] : [step])))];
  const bases = [...new Set(inRows.flatMap(({ base }) => (base === undefined ? [] : [base])))];
  const rows = bases.flatMap((name) => {
    const own = inRows.filter(({ base }) => base === name);
    const [first] = own;
    if (first === undefined) return [];
    const { form, text } = first.measure;
    const cells = steps.map((step) => own.find((one) => one.step === step)?.measure);
    return [{ name, form, text, cells }];
  });
  return { steps, rows, others: split.filter(({ base }) => !isRow(base)).map((s) => s.measure) };
}
