import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kernelFiles } from './places.ts';

/** Configuration and patches of the embedded kernel: see README.md in it. */
export const recipeDirectory: string = join(kernelFiles, 'recipe');

export const recipeConfig: string = join(recipeDirectory, 'lab.config');

/**
 * What must be applied, in order: for each number the variants of one patch (`NNNN-what.for-VERSION.patch`), of which
 * one fits a source; the newest first.
 */
export function recipePatches(): readonly (readonly string[])[] {
  const numbers = new Map<string, string[]>();
  for (const name of readdirSync(recipeDirectory).sort()) {
    if (!name.endsWith('.patch')) continue;
    const number = name.slice(0, 4);
    const variants = numbers.get(number) ?? [];
    variants.unshift(join(recipeDirectory, name));
    numbers.set(number, variants);
  }
  return [...numbers.values()];
}

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

/** Names a build: the recipe and the exact source. 16 hex digits. */
export function buildDigest(recipe: string, sourceVersion: string): string {
  return createHash('sha256').update(`${recipe} ${sourceVersion}`).digest('hex').slice(0, 16);
}
