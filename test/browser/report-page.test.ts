import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { bundlePage } from '../../src/report/html/page/bundle.mjs';
import { renderReports } from '../../src/report/render-reports.ts';
import { tableHtml, tableOf } from '../../src/report/table.ts';
import { flakyWanRun } from '../golden/flaky-wan-run.ts';
import { always, makeRun } from '../unit/check/make-run.ts';
import { startChromium } from './chromium.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const style = readFileSync(new URL('../../src/report/html/report.css', import.meta.url), 'utf8');

interface Opened {
  readonly page: Page;
  /** console errors, page errors, requests for anything but the file */
  readonly troubles: readonly string[];
}

interface OpenOptions {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
}

describe('report.html in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let directory: string;

  before(async function () {
    const started = await startChromium();
    if (started === undefined) {
      console.log('      skipped: /usr/bin/chromium is not installed (apt-get install chromium)');
      this.skip();
    }
    browser = started;
    directory = mkdtempSync(join(tmpdir(), 'chaos-page-'));
    const page = { script: await bundlePage(), style };
    const write = (name: string, html: string | undefined): void => {
      writeFileSync(join(directory, name), html ?? '');
    };
    const usual = renderReports({ ...flakyWanRun(1), page });
    write('usual.html', usual.files['report.html']);
    write('table.html', tableHtml(tableOf([usual.report, usual.report]), style));
    write('empty.html', renderReports({ ...flakyWanRun(1), events: '', host: '', page }).files['report.html']); // prettier-ignore
    write('large.html', renderReports({ ...largeRun(), host: '', page }).files['report.html']);
  });

  after(async () => {
    await (browser as Browser | undefined)?.close();
    if ((directory as string | undefined) !== undefined) rmSync(directory, { recursive: true });
  });

  async function open(name: string, options: OpenOptions = {}): Promise<Opened> {
    const { width = 1440, scheme = 'light' } = options;
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: scheme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text());
    });
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(`file://${directory}`)) troubles.push(request.url());
    });
    await page.goto(`file://${join(directory, name)}`);
    await page.waitForSelector('h1');
    return { page, troubles };
  }

  for (const name of ['usual.html', 'empty.html', 'large.html', 'table.html']) {
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [375, 1440]) {
        // the odd ones: once narrow, once wide
        if (name !== 'usual.html' && (scheme === 'light') === (width === 1440)) continue;
        it(`${name}, ${scheme}, ${String(width)} px: no axe violation, no trouble, nothing wider than the page`, async () => {
          const { page, troubles } = await open(name, { width, scheme });
          // through the debugger: the page's own policy lets no other script in
          const found = await page.evaluate(`(() => {${axe}\n})(); axe.run(document)`);
          const { violations } = found as {
            violations: { id: string; nodes: { html: string }[] }[];
          };
          const said = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ')}`); // prettier-ignore
          assert.deepEqual(said, []);
          const wide = await page.evaluate('document.documentElement.scrollWidth');
          assert.equal(wide, width);
          assert.deepEqual(troubles, []);
          await page.context().close();
        });
      }
    }
  }

  it('says the verdict, and shows the failing check first', async () => {
    const { page } = await open('usual.html');
    assert.match(await page.locator('.verdict').innerText(), /^Dual master stays within budget: /);
    assert.match(await page.locator('.check').first().innerText(), /dual master/);
    assert.equal(await page.locator('.pill').innerText(), 'Fail');
    await page.context().close();
  });

  it('shows a violation in the timeline when it is clicked, with values at the cursor', async () => {
    const { page } = await open('usual.html');
    await page.locator('.check.fail .when button').first().click();
    const values = await page.locator('.lane .tl-label').allInnerTexts();
    assert.ok(
      values.some((text) => /gw\.masters\s+2/.test(text)),
      values.join('|'),
    );
    assert.equal(await page.getByRole('button', { name: 'Whole run' }).isEnabled(), true);
    const rows = await page.locator('.log tbody tr').allInnerTexts();
    assert.ok(
      rows.some((text) => text.includes('gw.masters = 2')),
      rows.join('|'),
    );
    await page.context().close();
  });

  it('zooms by dragging and shows the whole run again by a button', async () => {
    const { page } = await open('usual.html');
    const ticks = (): Promise<string[]> => page.locator('.tl-axis text').allTextContents();
    const before = await ticks();
    await page.locator('.tl').scrollIntoViewIfNeeded();
    const box = await page.locator('.tl .lane svg').first().boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + 100, box.y + 5);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 5, { steps: 4 });
    await page.mouse.up();
    assert.notDeepEqual(await ticks(), before);
    await page.getByRole('button', { name: 'Whole run' }).click();
    assert.deepEqual(await ticks(), before);
    await page.context().close();
  });

  it('is worked by the keyboard alone: slider, zoom, details, search', async () => {
    const { page } = await open('usual.html');
    await page.getByRole('slider').focus();
    await page.keyboard.press('ArrowRight');
    assert.match(await page.locator('.tools .at').innerText(), /^0\.5 s$/);
    await page.getByRole('button', { name: 'Zoom in' }).focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.getByRole('button', { name: 'Whole run' }).isEnabled(), true);
    await page.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('.excerpt pre').first().isVisible(), true);
    await page.getByRole('searchbox').fill('several');
    const rows = await page.locator('.log tbody tr').allInnerTexts();
    assert.ok(rows.every((text) => text.includes('several')));
    await page.context().close();
  });

  it('reaches every control by Tab', async () => {
    const { page } = await open('usual.html');
    const all = await page.evaluate(
      `document.querySelectorAll('button:not([disabled]), input, summary, [tabindex="0"]').length`,
    );
    const reached = new Set<string>();
    for (let i = 0; i < Number(all) + 5; i += 1) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(
        `[...document.querySelectorAll('*')].indexOf(document.activeElement).toString()`,
      );
      reached.add(String(at));
    }
    assert.ok(reached.size >= Number(all), `${String(reached.size)} of ${String(all)}`);
    await page.context().close();
  });

  it('prints in full, without its controls', async () => {
    const { page } = await open('usual.html');
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.tools').isVisible(), false);
    assert.equal(await page.locator('.tl').isVisible(), true);
    const pdf = await page.pdf({ format: 'A4' });
    assert.ok(pdf.length > 20_000);
    await page.context().close();
  });
});

/** 240 000 events of signals that change all the time */
function largeRun(): { readonly run: ReturnType<typeof makeRun>['run']; readonly events: string } {
  const values: [number, number][] = [];
  for (let i = 0; i < 120_000; i += 1) values.push([i / 1200, i % 3]);
  const signals = { 'gw.masters': values, 'gw.claimants': values };
  const { run, events } = makeRun({ signals, checks: [always('gw.masters <= 1')] });
  return { run, events: events.map((event) => `${JSON.stringify(event)}\n`).join('') };
}
