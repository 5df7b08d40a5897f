import { createHash } from 'node:crypto';
import { checkContext, evaluateRun } from '../check/evaluate-run.ts';
import { playedRun } from '../check/played-plan.ts';
import { readEvents, readHostEvents } from '../check/read-log.ts';
import type { RunResult } from '../check/result.ts';
import type { RunFile } from '../run/run-file.ts';
import { frameStories } from './frames.ts';
import { pageDataOf } from './html/page-data-of.ts';
import { reportHtml, type PageAssets } from './html/report-html.ts';
import { junitXml } from './junit.ts';
import { reportOf } from './report-json.ts';
import type { Report } from './report.ts';
import { summaryMarkdown } from './summary-md.ts';

/** What a run directory holds, as text. */
export interface RunText {
  readonly run: RunFile;
  /** events.ndjson */
  readonly events: string;
  /** host.ndjson; '' when there is none */
  readonly host: string;
  /** what the build made of the page (dist/report/html/page.js, report.css); without it there is no report.html */
  readonly page?: PageAssets;
}

export interface RenderedReports {
  /** file name in the run directory -> content */
  readonly files: Readonly<Record<string, string>>;
  readonly report: Report;
  readonly result: RunResult;
}

/** Every report of a run. Pure: the same three files give the same reports, now and in a year. */
export function renderReports(text: RunText): RenderedReports {
  const events = readEvents(text.events).records;
  const run = playedRun(text.run, events);
  const host = readHostEvents(text.host).records;
  const digest = createHash('sha256').update(text.events).digest('hex');
  const context = checkContext(run, events);
  const result = evaluateRun(run, events, host, context);
  const frames = frameStories(events);
  const source = { run, events, host, result, digest, context, frames };
  const report = reportOf(source);
  return {
    files: {
      'report.json': `${JSON.stringify(report, null, 2)}\n`,
      'junit.xml': junitXml(report),
      'summary.md': summaryMarkdown(report),
      ...(text.page !== undefined && {
        'report.html': reportHtml(pageDataOf(source, report), text.page),
      }),
    },
    report,
    result,
  };
}
