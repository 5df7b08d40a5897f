import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** Compares with the file under test/golden; UPDATE_GOLDEN=1 writes it, for a person to read the diff. */
export function assertGolden(name: string, text: string): void {
  const path = join(here, name);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return;
  }
  assert.ok(existsSync(path), `${name} does not exist: UPDATE_GOLDEN=1 makes it`);
  assert.equal(text, readFileSync(path, 'utf8'), `${name}: UPDATE_GOLDEN=1 if this is wanted`);
}
