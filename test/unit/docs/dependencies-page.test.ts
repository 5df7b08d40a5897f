import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const root = new URL('../../../', import.meta.url);

describe('docs/dependencies.md', () => {
  const page = readFileSync(new URL('docs/dependencies.md', root), 'utf8');
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(new URL('package.json', root), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  const rows = [...page.matchAll(/^\| ([a-z][a-z-]*) +\|/gm)].map(([, name]) => name ?? '');

  it('has one line for each package that ships, and no other', () => {
    assert.deepEqual(
      rows.filter((name) => name !== 'package').sort(),
      Object.keys(dependencies).sort(),
    );
  });

  it('names each package of development', () => {
    const words: Readonly<Record<string, string>> = {
      '@preact/signals': 'signals',
      'typescript-eslint': 'typescript-eslint',
    };
    const missing = Object.keys(devDependencies)
      .filter((name) => !name.startsWith('@types/'))
      .filter((name) => !page.includes(words[name] ?? name));
    assert.deepEqual(missing, []);
  });
});
