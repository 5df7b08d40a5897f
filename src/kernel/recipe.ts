import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kernelFiles } from './places.ts';

/** Configuration and patches of the embedded kernel: see its README.md. */
export const recipeDirectory: string = join(kernelFiles, 'recipe');

/** SHA-256 over names and contents of the configuration and the patches, 16 hex digits. */
export function recipeDigest(): string {
  const hash = createHash('sha256');
  const files = readdirSync(recipeDirectory).filter((name) => /\.(config|patch)$/.test(name));
  for (const name of files.sort())
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(recipeDirectory, name)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}
