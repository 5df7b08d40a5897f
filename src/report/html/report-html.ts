import { createHash } from 'node:crypto';
import { kernelText, OUTCOME_WORDS, paceText } from '../figures.ts';
import { quotedMarkup } from '../markup.ts';
import type { PageData } from './page-data.ts';

/** What the build made of src/report/html/page, and report.css. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * report.html: one file that needs no network and no server. Its own script and style are the only ones that it lets
 * run, by hash; the data is JSON that no parser of HTML can mistake for markup.
 */
export function reportHtml(data: PageData, assets: PageAssets): string {
  const { run, verdict } = data.report;
  const script = assets.script.replaceAll('</script', '<\\/script');
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(assets.style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = `${OUTCOME_WORDS[verdict.outcome]}: ${run.scenario}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="chaos">
<title>${quotedMarkup(title)}</title>
<style>${assets.style}</style>
</head>
<body>
<div id="page"><noscript><main class="plain">
<h1>${quotedMarkup(title)}</h1>
<p>${quotedMarkup(verdict.reason)}</p>
<p>${quotedMarkup(`${paceText(run)}, ${kernelText(run)}, seed ${String(run.seed)}`)}</p>
<ul>${data.report.checks.map((check) => `<li>${quotedMarkup(`${OUTCOME_WORDS[check.outcome]}: ${check.name}: ${check.observed}`)}</li>`).join('')}</ul>
<p>The timeline needs a script, which is in this file.</p>
</main></noscript></div>
<script id="data" type="application/json">${json(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function hash(content: string): string {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`;
}

/** No '<' in it, and none of the two line ends that JSON allows and scripts did not. */
function json(data: PageData): string {
  return JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
