import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { renderReports } from '../../../src/report/render-reports.ts';
import { reportJsonSchema, reportSchema } from '../../../src/report/report.schema.ts';
import type { Report } from '../../../src/report/report.ts';
import { flakyWanRun } from '../../golden/flaky-wan-run.ts';

const text = flakyWanRun(1);
const { report } = renderReports(text);
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(reportJsonSchema());

describe('report.json', () => {
  for (const [name, of] of [
    ['of a whole run', text],
    ['of a run that was killed', { ...text, events: text.events.slice(0, 200_000), host: '' }],
    ['of a run without events', { ...text, events: '', host: '' }],
  ] as const) {
    it(`agrees with the published schema: ${name}`, () => {
      const written = JSON.parse(renderReports(of).files['report.json'] ?? '') as unknown;
      assert.equal(validate(written), true, JSON.stringify(validate.errors));
      assert.doesNotThrow(() => reportSchema.parse(written));
    });
  }

  it('is refused when a field is missing or unknown', () => {
    const without: Partial<Report> = { ...report };
    delete without.digest;
    assert.equal(validate(without), false);
    assert.equal(validate({ ...report, extra: 1 }), false);
  });

  it('measures lab time and wall time apart', () => {
    assert.equal(report.run.durationMs, 497_000);
    assert.equal(report.run.wallMs, 13_790);
  });

  it('keeps the parameters that were set, for tables and names', () => {
    const command = ['chaos', 'run', 'x.yml', '--set', 'loss=30%', '--set=advert=1s'];
    const varied = renderReports({ ...text, run: { ...text.run, command } });
    assert.deepEqual(varied.report.run.variant, ['loss=30%', 'advert=1s']);
  });

  it('says what was asked and what was measured of each fault', () => {
    const bursts = report.faults.find(({ id }) => id === 'bursts');
    assert.equal(bursts?.asked, 'delay 20ms ±5ms, loss 30% in bursts of 200ms');
    assert.match(bursts.measured, /loss 2\d\.?\d? % on sw-a:eth3 -> sw-b:eth3 \(n = 31204\)/);
    assert.deepEqual([bursts.startMs, bursts.endMs], [20_000, 320_000.09]);
  });

  it('summarises each signal in the unit that people read', () => {
    const rtt = report.signals.find(({ name }) => name === 'users-b.rtt');
    assert.equal(rtt?.unit, 'ms');
    assert.ok((rtt.summary.max ?? 0) > 40 && (rtt.summary.max ?? 0) < 42);
    const masters = report.signals.find(({ name }) => name === 'gw.masters');
    assert.deepEqual([masters?.summary.min, masters?.summary.max], [1, 2]);
    assert.match(masters?.summary.text ?? '', /^1 \.\. 2, 16 changes, 1 at the end$/);
  });

  it('notes what the lab did not honour, and that warp omits computing', () => {
    assert.match(report.notes.join('\n'), /Warp clock/);
    assert.match(report.notes.join('\n'), /core-a image: asked frr:10\.x, ran 8\.4\.4/);
  });

  it('has the excerpt of the first failing check alone', () => {
    const withExcerpt = report.checks.filter(({ excerpt }) => excerpt.length > 0);
    assert.deepEqual(withExcerpt.map(({ name }) => name), ['dual master stays within budget']); // prettier-ignore
    const lines = withExcerpt[0]?.excerpt ?? [];
    const begins = lines.findIndex((line) => line.includes('the violation begins'));
    assert.match(lines[begins + 1] ?? '', /gw\.masters: 1 -> 2/);
    // three adverts in a row were sent and did not pass
    assert.doesNotMatch(lines.slice(0, begins).join('\n'), /passed/);
  });
});
