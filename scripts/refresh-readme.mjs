#!/usr/bin/env node
// The README shows a real run: this makes it, puts the interesting lines of what it printed between the marks in
// README.md, and takes the picture of its report. Run it on a quiet machine: node scripts/refresh-readme.mjs
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const SCENARIO = 'scenarios/flaky-wan.yml';
const MARKS = /(<!-- real output[^>]*-->\n\n?```\n)[\s\S]*?(```)/;

/** From the first line that matches: `count` lines that match `of`. */
function some(lines, from, count, of = /./) {
  const first = lines.findIndex((line) => from.test(line));
  return lines
    .slice(Math.max(first, 0))
    .filter((line, i) => i === 0 || of.test(line))
    .slice(0, count);
}

/** A check: its name, and what was seen. */
function check(lines, name) {
  const first = lines.findIndex((line) => line.includes(name) && /^[✓✗?~] /.test(line));
  const end = lines.findIndex((line, i) => i > first && !line.startsWith('    '));
  return lines
    .slice(first, end)
    .filter((line) => /^[✓✗?~] |^ {4}(expected|observed|margin|note)/.test(line));
}

function excerpt(stdout, stderr) {
  const out = stdout.split('\n');
  const err = stderr.split('\n');
  return [
    ...some(err, /^kernel /, 1),
    '...',
    ...some(err, /step flapping starts/, 3, /gw\.masters = /),
    '...',
    out[0],
    '',
    ...check(out, 'two masters in bursts'),
    ...check(out, 'users of site b are served'),
    '...',
    ...some(out, /^Measures/, 3),
    '...',
    ...some(out, /^Dose/, 2),
    ...some(out, /^ {2}deaf /, 1),
    '',
    ...some(out, /^ran /, 4),
    '',
  ]
    .map((line) => line.trimEnd())
    .join('\n');
}

async function takePicture(run, picture) {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`file://${join(run, 'report.html')}`);
    const timeline = page.locator('section[aria-labelledby=timeline]');
    await timeline.waitFor();
    await page.waitForTimeout(500); // plots are drawn after the first layout
    await timeline.screenshot({ path: picture });
  } finally {
    await browser.close();
  }
}

const out = join(mkdtempSync(join(tmpdir(), 'readme-')), 'run');
const argv = [join(root, 'dist/cli/main.js'), 'run', SCENARIO, '--out', out];
const { stdout, stderr, status } = spawnSync(process.execPath, argv, {
  cwd: root,
  encoding: 'utf8',
});
process.stderr.write(stderr);
if (status !== 0 && status !== 1) process.exit(status ?? 70);
const path = join(root, 'README.md');
const readme = readFileSync(path, 'utf8');
const text = excerpt(stdout, stderr).replace(
  /^report .*$/m,
  'report  reports/20261121-120000-flaky-wan-1/report.html',
);
writeFileSync(
  path,
  readme.replace(MARKS, (_, open, close) => open + text + close),
);
await takePicture(out, join(root, 'docs', 'report.png'));
rmSync(dirname(out), { recursive: true, force: true });
