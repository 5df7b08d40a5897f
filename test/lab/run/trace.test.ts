import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTraceCsv } from '../../../src/fault/trace-csv.ts';
import type { RunEvent } from '../../../src/run/events.ts';
import { chaosRun, onlyReport } from './chaos-run.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const { rows } = readTraceCsv(readFileSync(join(root, 'scenarios/traces/lte-drive.csv'), 'utf8'));
const START_S = 2;
const ROWS = 90;

type Edge = Extract<RunEvent, { type: 'edge' }>;
type Second = Extract<RunEvent, { type: 'probe' }>;
type Dose = Extract<RunEvent, { type: 'dose' }>;

describe('a trace on a wire', function () {
  this.timeout(300_000);
  let events: readonly RunEvent[] = [];
  let outcome = '';

  before(async () => {
    const run = await chaosRun(
      ...['scenarios/lte-drive.yml', '--kernel', 'embedded', '--clock', 'warp'],
    );
    outcome = onlyReport(run).verdict.outcome;
    const lines = (run.logs[0] ?? '').trimEnd().split('\n');
    events = lines.map((line) => JSON.parse(line) as RunEvent);
  });

  const edges = (): readonly Edge[] =>
    events.filter((e): e is Edge & { t: number } => e.type === 'edge' && e.edge === 'row');

  it('has an edge for each row, at its second, and begins again', () => {
    assert.equal(outcome, 'pass');
    assert.deepEqual(
      edges().map(({ scheduled, row, fault }) => [scheduled, row, fault]),
      Array.from({ length: ROWS }, (_, k) => [(START_S + k) * 1e9, (k % rows.length) + 1, 0]),
    );
  });

  it('changes the wire when it is time: within a millisecond, and never before', () => {
    for (const { scheduled, from, to } of edges()) {
      assert.ok(from >= scheduled && to - scheduled < 1e6, `${String(to - scheduled)} ns late`);
    }
  });

  /** What rows ask of packets that are sent evenly in a second from then on: it lies in two of them. */
  function asked(sinceS: number, column: 'delayNs' | 'jitterNs'): number {
    const first = Math.floor(sinceS) - START_S;
    const of = (k: number): number => rows[k % rows.length]?.[column] ?? 0;
    const later = sinceS - Math.floor(sinceS);
    return of(first) * (1 - later) + of(first + 1) * later;
  }

  it('delays packets of a second by what the rows of that second say', () => {
    const seconds = events.filter(
      (e): e is Second & { t: number } =>
        e.type === 'probe' && e.since >= START_S * 1e9 && e.since < (START_S + ROWS - 2) * 1e9,
    );
    assert.ok(seconds.length >= ROWS - 2);
    for (const { since, delayMeanNs, received } of seconds) {
      const jitterNs = asked(since / 1e9, 'jitterNs');
      const off = (delayMeanNs ?? NaN) - asked(since / 1e9, 'delayNs');
      // uniform: of one packet jitter / sqrt 3, and within a row the delay is that of the row. Frames that stay in order
      // wait for those before them, so the mean is higher, but none waits for longer than its jitter
      const spread = 4 * (jitterNs / Math.sqrt(3 * received)) + 1e6;
      assert.ok(off > -spread && off < jitterNs, `${String(since)}: ${String(off)}`);
    }
  });

  it('loses what its rows ask of the frames that they met', () => {
    const doses = events.filter((e): e is Dose & { t: number } => e.type === 'dose');
    const loss = doses.find(({ quantity, seen }) => quantity === 'loss' && seen > 10_000);
    assert.ok(loss !== undefined && loss.asked !== null && loss.measured !== null);
    const asked = rows.map((row) => row.lossRatio ?? 0);
    const whole = Array.from({ length: ROWS }, (_, k) => asked[k % rows.length] ?? 0);
    const mean = whole.reduce((sum, each) => sum + each, 0) / ROWS;
    assert.ok(Math.abs(loss.asked - mean) < 0.01 * mean, `${String(loss.asked)} of ${String(mean)}`);
    const allowed = 4 * Math.sqrt((mean * (1 - mean)) / loss.seen);
    assert.ok(Math.abs(loss.measured - loss.asked) < allowed, String(loss.measured));
  });
}); // prettier-ignore
