// The script of report.html as one string. Used by the build (scripts/build.mjs) and by the tests of the page.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));

/** @returns {Promise<string>} */
export async function bundlePage() {
  const result = await build({
    entryPoints: [join(here, 'main.tsx')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    write: false,
  });
  return result.outputFiles[0].text;
}
