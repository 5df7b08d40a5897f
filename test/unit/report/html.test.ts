import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lanesOf, MANY } from '../../../src/report/html/lanes.ts';
import type { PageData } from '../../../src/report/html/page-data.ts';
import { checkContext } from '../../../src/check/evaluate-run.ts';
import { renderReports } from '../../../src/report/render-reports.ts';
import { tableHtml, tableOf } from '../../../src/report/table.ts';
import { topologyPicture } from '../../../src/report/html/topology-picture.ts';
import { flakyWanRun } from '../../golden/flaky-wan-run.ts';
import { always, makeRun, S } from '../check/make-run.ts';

const text = flakyWanRun(1);
const page = { script: 'const x = 1; // </script>', style: 'p { color: red }' };
const html = renderReports({ ...text, page }).files['report.html'] ?? '';

describe('report.html', () => {
  it('allows its own script and style by hash, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    const inline = /<script>([^]*?)<\/script>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(inline).digest('base64');
    assert.match(policy, /^default-src 'none'; /);
    assert.ok(policy.includes(`script-src 'sha256-${hash}'`), policy);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  });

  it('loads nothing from anywhere', () => {
    assert.doesNotMatch(html, /\b(src|href)=/);
    assert.doesNotMatch(html, /@import|url\(/);
  });

  it('is not left by what stands in the data', () => {
    const run = { ...text.run, plan: { ...text.run.plan, about: '</script><script>alert(1)</script>\u2028' } };
    const nasty = renderReports({ ...text, run, page }).files['report.html'] ?? '';
    assert.equal(nasty.match(/<script/g)?.length, 2);
    assert.equal(nasty.match(/<\/script/g)?.length, 2);
    const data = /<script id="data" type="application\/json">([^]*?)<\/script>/.exec(nasty)?.[1];
    const parsed = JSON.parse(data ?? '') as { report: { run: { about: string } } };
    assert.equal(parsed.report.run.about, run.plan.about);
  }); // prettier-ignore

  it('says the verdict without a script, too', () => {
    assert.match(
      html,
      /<noscript>[^]*Fail: flaky-wan[^]*dual master stays within budget[^]*<\/noscript>/,
    );
  });

  it('stays small however many events there were', () => {
    const values: [number, number][] = [];
    for (let i = 0; i < 120_000; i += 1) values.push([i / 1200, i % 2]);
    const spec = { signals: { x: values, y: values }, checks: [always('x <= 1')] };
    const { run, events } = makeRun(spec);
    const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    const big = renderReports({ run, events: lines, host: '', page }).files['report.html'] ?? '';
    assert.ok(lines.length > 10e6);
    assert.ok(big.length < 1e6, String(big.length));
  }).timeout(20_000);
});

describe('lanes', () => {
  const lanes = (values: [number, number][], asked = true) => {
    const spec = { signals: { x: values }, checks: asked ? [always('x <= 1')] : [] };
    const { run, events } = makeRun(spec);
    const { histories } = checkContext(run, events);
    const { report } = renderReports({ run, events: '', host: '' });
    return lanesOf({ histories, plan: run.plan, report, span: { fromNs: 0, toNs: 100 * S } });
  };

  it('begin at ready with what was held then', () => {
    assert.deepEqual(lanes([[-5, 1], [-1, 2], [3, 4]])[0]?.steps, [0, 2, 3000, 4]); // prettier-ignore
  });

  it('begin unknown where nothing was known', () => {
    assert.deepEqual(lanes([[3, 4]])[0]?.steps, [0, null, 3000, 4]);
  });

  it('leave out what nobody asked about and what never changed', () => {
    assert.deepEqual(lanes([[-1, 1]], false), []);
    assert.equal(lanes([[-1, 1], [5, 2]], false).length, 1); // prettier-ignore
  });

  it('become buckets where there are more changes than a screen has columns', () => {
    const values: [number, number][] = [[-1, 7]];
    for (let i = 0; i < 8000; i += 1) values.push([40 + i / 800, i % 2]);
    values.push([60, 9]);
    const steps = lanes(values)[0]?.steps ?? [];
    assert.ok(steps.length < 50, String(steps.length));
    assert.deepEqual(steps.slice(0, 2), [0, 7]);
    assert.deepEqual([...new Set(steps.filter((_, i) => i % 2 === 1))], [7, MANY, 1, 9]);
    const times = steps.filter((_, i) => i % 2 === 0).map(Number);
    assert.ok(times.every((t, i) => i === 0 || t > (times[i - 1] ?? Infinity)));
    const many = times[steps.indexOf(MANY) >> 1] ?? 0;
    assert.ok(Math.abs(many - 40_000) < 70, String(many));
  });
});

describe('a lab that never became ready', () => {
  it('shows its set-up, which lies before 0', () => {
    const spec = { signals: { x: [[-40, 0], [-20, 2]] }, endS: 0, ready: false, reason: 'never-ready', checks: [always('x <= 1')] } as const;
    const { run, events } = makeRun(spec);
    const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    const never = renderReports({ run, events: lines, host: '', page }).files['report.html'] ?? '';
    const data = /application\/json">([^]*?)<\/script>/.exec(never)?.[1] ?? '';
    const { span, lanes } = JSON.parse(data) as PageData;
    assert.deepEqual(span, { fromMs: -40_000, toMs: 0 });
    assert.deepEqual(lanes[0]?.steps, [-40_000, 0, -20_000, 2]);
  }); // prettier-ignore
});

describe('the picture of the lab', () => {
  it('is the same each time, with every node at a place of its own inside it', () => {
    const picture = topologyPicture(text.run.plan);
    assert.deepEqual(topologyPicture(text.run.plan), picture);
    const places = new Set(picture.nodes.map(({ x, y }) => `${String(x)} ${String(y)}`));
    assert.equal(places.size, text.run.plan.topology.nodes.length);
    for (const { x, y } of picture.nodes) {
      assert.ok(x > 0 && x < picture.width && y > 0 && y < picture.height);
    }
  });

  it('of two nodes does not fill the page with them', () => {
    const { plan } = text.run;
    const nodes = plan.topology.nodes.slice(0, 2);
    const two = topologyPicture({ ...plan, topology: { ...plan.topology, nodes, links: [] } });
    const xs = two.nodes.map(({ x }) => x);
    assert.ok(two.width >= 560);
    assert.ok(
      Math.abs((Math.min(...xs) + Math.max(...xs)) / 2 - two.width / 2) < 2,
      'in the middle',
    );
  });

  it('knows the links that faults act on', () => {
    const faulted = topologyPicture(text.run.plan).links.filter(({ steps }) => steps.length > 0);
    assert.deepEqual(faulted.map(({ id, steps }) => [id, steps]), [['dci', ['bursts', 'flapping', 'deaf']]]); // prettier-ignore
  });
});

describe('the table of several runs', () => {
  const reports = [1, 2].map((seed) => renderReports(flakyWanRun(seed)).report);
  const table = tableOf(reports);

  it('says how much the runs differ', () => {
    const dual = table.spread.find(({ measure }) => measure === 'dual-master[bursts]');
    const values = reports.map(
      (r) => r.measures.find((m) => m.name === 'dual-master[bursts]')?.value,
    );
    const [a, b] = values.map(Number);
    assert.equal(dual?.n, 2);
    assert.equal(dual.mean, ((a ?? 0) + (b ?? 0)) / 2);
    assert.ok(Math.abs((dual.deviation ?? 0) - Math.abs((a ?? 0) - (b ?? 0)) / Math.SQRT2) < 1e-9);
  });

  it('leaves a run out of the spread of a measure that it does not know', () => {
    const [first] = reports;
    assert.ok(first);
    const measures = first.measures.map((measure) => ({ ...measure, value: null }));
    const mixed = tableOf([first, { ...first, measures }]);
    assert.equal(mixed.spread[0]?.n, 1);
    assert.equal(mixed.spread[0].deviation, null);
  });

  it('is a page without any script', () => {
    assert.doesNotMatch(tableHtml(table, ''), /<script/);
    assert.match(tableHtml(table, ''), /seed 2/);
  });

  it('is nothing for no runs', () => {
    assert.deepEqual(tableOf([]).rows, []);
  });
});
