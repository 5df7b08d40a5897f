import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory of its own for each test; gone afterwards. */
export function scratch(): { readonly path: () => string } {
  let path = '';
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'chaos-test-'));
  });
  afterEach(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return { path: () => path };
}
