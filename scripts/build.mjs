#!/usr/bin/env node
// dist/ from src/: compile, copy what is not TypeScript, bundle the report page and the engine. Overwrites in place and
// then removes what this build did not make, so that a run which is going on keeps its files.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { globSync } from 'tinyglobby';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'src');
const dist = join(root, 'dist');
const page = 'report/html/page';
const require = createRequire(import.meta.url);

function compile() {
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const args = [
    tsc,
    '--project',
    root,
    '--incremental',
    '--tsBuildInfoFile',
    join(dist, '.tsbuildinfo'),
  ];
  const result = spawnSync(process.execPath, args, { stdio: ['ignore', 2, 2] });
  if (result.status !== 0 && !process.argv.includes('--force')) {
    console.error('build: the compiler found errors');
    process.exit(1);
  }
}

/** Everything under src that is not TypeScript ships as it is, with its mode. */
function copyAssets() {
  const assets = globSync('**/*', {
    cwd: src,
    dot: true,
    ignore: ['**/*.{ts,tsx,mjs}', `${page}/**`],
  });
  for (const asset of assets) {
    mkdirSync(dirname(join(dist, asset)), { recursive: true });
    cpSync(join(src, asset), join(dist, asset));
  }
  return assets;
}

/** The report page is one script that the report puts into its one file. */
async function bundleReportPage() {
  const { bundlePage } = await import('../src/report/html/page/bundle.mjs');
  const out = join(dist, 'report', 'html', 'page.js');
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, await bundlePage());
  return ['report/html/page.js'];
}

/** Programs that run inside a sandbox, or beside one: from -> to. The room worker is looked for beside the engine that starts it. */
const PROGRAMS = {
  'run/engine-main': 'run/engine-main',
  'run/lab-main': 'run/lab-main',
  'wire/room-worker': 'run/room-worker',
  'undo/watchdog-main': 'undo/watchdog-main',
};

/** As one file each: in the embedded kernel every file that is opened costs about a millisecond (hostfs). */
async function bundlePrograms() {
  const entries = Object.entries(PROGRAMS).filter(([from]) => existsSync(join(src, `${from}.ts`)));
  for (const [from, to] of entries) {
    await build({
      entryPoints: [join(src, `${from}.ts`)],
      outfile: join(dist, `${to}.js`),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external: ['koffi', 'dockerode', 'execa'],
      sourcemap: 'linked',
      legalComments: 'none',
      // a bundled CommonJS module may ask for node's own modules by require
      banner: {
        js: "import { createRequire as chaosRequire } from 'node:module';\nconst require = chaosRequire(import.meta.url);",
      },
    });
  }
  return entries.flatMap(([, to]) => [`${to}.js`, `${to}.js.map`]);
}

function removeStale(made) {
  const sources = globSync('**/*.ts', { cwd: src, ignore: [`${page}/**`, '**/*.d.ts'] });
  const expected = new Set([...made, '.tsbuildinfo']);
  for (const source of sources) {
    const base = source.slice(0, -'.ts'.length);
    for (const suffix of ['.js', '.js.map', '.d.ts']) expected.add(base + suffix);
  }
  for (const file of globSync('**/*', { cwd: dist, dot: true })) {
    if (!expected.has(file)) rmSync(join(dist, file));
  }
}

/** `--force` builds what it can: for work in progress only. */
async function attempt(part) {
  try {
    return await part();
  } catch (error) {
    if (!process.argv.includes('--force')) throw error;
    console.error(`build: ${error.message}`);
    return [];
  }
}

mkdirSync(dist, { recursive: true });
compile();
const assets = copyAssets();
const programs = await attempt(bundlePrograms);
const pages = await attempt(bundleReportPage);
removeStale([...assets, ...pages, ...programs]);
const main = join(dist, 'cli', 'main.js');
if (existsSync(main)) {
  if (!readFileSync(main, 'utf8').startsWith('#!'))
    console.error('build: dist/cli/main.js has no #! line');
  chmodSync(main, 0o755);
}
