#!/usr/bin/env node
// The picture in the README: `node scripts/report-picture.mjs reports/<run> docs/report.png`, with Debian's chromium.
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

const [run, picture] = process.argv.slice(2);
if (run === undefined || picture === undefined) {
  console.error('usage: report-picture.mjs RUN-DIRECTORY PICTURE.png');
  process.exit(64);
}
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`file://${resolve(run, 'report.html')}`);
  const timeline = page.locator('section[aria-labelledby=timeline]');
  await timeline.waitFor();
  await page.waitForTimeout(500); // plots are drawn after the first layout
  await timeline.screenshot({ path: picture });
} finally {
  await browser.close();
}
