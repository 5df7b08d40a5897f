import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChaosError } from '../errors.ts';

/** The package: src/kernel and dist/kernel are both two below it. */
export const packageRoot: string = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Files that lie beside this module, in src as in dist (the build copies what is not TypeScript). */
export const kernelFiles: string = dirname(fileURLToPath(import.meta.url));

/** What runs inside a sandbox is always the compiled program: node 20 reads no TypeScript. */
export function distDirectory(): string {
  const dist = join(packageRoot, 'dist');
  if (!existsSync(dist))
    throw new ChaosError('cannot-run-here', `chaos is not built: there is no ${dist}`, {
      hint: 'npm run build',
    });
  return dist;
}

/** The node_modules that holds our dependencies: our own, or the one that we are installed in. */
export function modulesDirectory(): string {
  for (let at = packageRoot; ; at = dirname(at)) {
    const modules = join(at, 'node_modules');
    if (existsSync(join(modules, 'koffi'))) return modules;
    if (at === dirname(at))
      throw new ChaosError('cannot-run-here', 'the package koffi is not installed', {
        hint: `cd ${packageRoot} && npm ci`,
      });
  }
}

/** What root builds is for everybody: the set-up is done once, then any user runs labs. */
const SHARED_CACHE = '/var/cache/chaos/kernel';

/** Where kernels are built: ${XDG_CACHE_HOME:-~/.cache}/chaos/kernel, for root /var/cache/chaos/kernel */
export function kernelCache(): string {
  if (process.env['XDG_CACHE_HOME']?.startsWith('/') !== true && process.getuid?.() === 0) {
    return SHARED_CACHE;
  }
  return ownCache();
}

/** Where kernels are looked for, this user's own first. */
export function kernelCaches(): readonly string[] {
  return [...new Set([kernelCache(), ownCache(), SHARED_CACHE])];
}

function ownCache(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'chaos', 'kernel');
}
