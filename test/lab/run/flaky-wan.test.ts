import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chaosRun, measure, onlyReport } from './chaos-run.ts';

const WARP = ['--kernel', 'embedded', '--clock', 'warp'];

describe('the main job: flaky-wan on real daemons', function () {
  this.timeout(600_000);

  it('both firewalls become master for a time, and the run repeats byte for byte', async () => {
    const first = await chaosRun('scenarios/flaky-wan.yml', '--seed', '1', ...WARP);
    const report = onlyReport(first);
    assert.match(report.verdict.outcome, /^(pass|fail)$/, first.output);
    assert.equal(first.code, report.verdict.outcome === 'pass' ? 0 : 1);
    assert.ok(measure(report, 'dual-master-episodes[bursts]') > 0);
    const junk = [tmpdir(), '/var/tmp'].map((at) => mkdtempSync(join(at, 'junk-')));
    try {
      for (const at of junk) writeFileSync(join(at, 'file'), 'x'.repeat(100_000));
      const again = onlyReport(await chaosRun('scenarios/flaky-wan.yml', '--seed', '1', ...WARP));
      assert.equal(again.digest, report.digest);
    } finally {
      for (const at of junk) rmSync(at, { recursive: true });
    }
    const other = onlyReport(await chaosRun('scenarios/flaky-wan.yml', '--seed', '2', ...WARP));
    assert.notEqual(other.digest, report.digest);
  });

  it('flap and black hole pass on the host kernel, without netem', async function () {
    if (process.getuid?.() !== 0) this.skip();
    const run = await chaosRun('scenarios/flap-and-black-hole.yml', '--kernel', 'host');
    const report = onlyReport(run);
    assert.equal(report.verdict.outcome, 'pass', run.output);
    assert.equal(run.code, 0);
    assert.ok(measure(report, 'dual-master[dead]') > 5, 'the dead link must make two masters');
  });
});
