import type { Report, ReportSpan } from '../report.ts';

/** What report.html embeds: plain JSON, small however long the run was. Times in ms since ready. */
export interface PageData {
  readonly report: Report;
  /** the span that the timeline shows at first */
  readonly span: ReportSpan;
  readonly recoveryFromMs: number | null;
  readonly steps: readonly PageStep[];
  readonly tracks: readonly PageTrack[];
  readonly lanes: readonly PageLane[];
  readonly plots: readonly PagePlot[];
  readonly log: readonly PageLine[];
  /** lines that were left out of the log to keep the file small */
  readonly logLeftOut: number;
  readonly topology: PageTopology;
}

export interface PageStep {
  readonly id: string;
  readonly describe: string;
  readonly kinds: readonly string[];
  readonly target: string;
  readonly span: ReportSpan;
  /** when its faults were in force */
  readonly active: readonly ReportSpan[];
}

/** A boolean, count or state signal. `steps` is flat: time, value, time, value; a value holds until the next time. */
export interface PageLane {
  readonly name: string;
  /** the observer or probe that it belongs to */
  readonly owner: string;
  readonly about: string;
  readonly type: 'boolean' | 'count' | 'state';
  readonly unit: string;
  readonly summary: string;
  /** a check or a measure reads it */
  readonly asked: boolean;
  /** several values changed too fast to be drawn: null is not known, '~' is many values in one bucket */
  readonly steps: readonly (number | string | boolean | null)[];
}

/** Control frames of one protocol that entered one direction of a link. */
export interface PageTrack {
  /** 'vrrp, sw-a to sw-b' */
  readonly name: string;
  /** 'sw-a:eth3 -> sw-b:eth3' */
  readonly about: string;
  readonly summary: string;
  readonly passedMs: readonly number[];
  readonly lostMs: readonly number[];
}

/** One quantity of several signals over time, on one axis. */
export interface PagePlot {
  readonly name: string;
  readonly unit: string;
  readonly summary: string;
  readonly series: readonly PageSeries[];
}

export interface PageSeries {
  readonly name: string;
  readonly fromMs: readonly number[];
  /** holds from fromMs[i] to fromMs[i + 1]; null is not known */
  readonly value: readonly (number | null)[];
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
  readonly toMs: number;
}

export interface PageLine {
  readonly t: number;
  readonly kind: 'signal' | 'fault' | 'frame' | 'run';
  readonly text: string;
}

export interface PageTopology {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly {
    readonly name: string;
    readonly image: string;
    readonly group: string;
    readonly x: number;
    readonly y: number;
  }[];
  readonly links: readonly {
    readonly id: string;
    readonly a: string;
    readonly b: string;
    /** the steps whose faults act on it */
    readonly steps: readonly string[];
  }[];
}
