import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { kernelCaches } from './places.ts';
import { recipeDigest } from './recipe.ts';

/** A User-Mode-Linux kernel that can be started here. */
export interface EmbeddedKernel {
  readonly path: string;
  /** names its bytes: SHA-256, 16 hex digits (another compiler makes another kernel of the same recipe) */
  readonly digest: string;
  readonly version: string;
  readonly source: 'built' | 'packaged';
  /** deterministic, with the warp clock (our patches); a packaged kernel has the real clock only */
  readonly warp: boolean;
  /** has nftables at a device's ingress and forwarding there, of which every wire of a lab is made */
  readonly wires: boolean;
  /** runs guest processes under seccomp instead of ptrace (Linux since 6.16): twice as fast */
  readonly seccomp: boolean;
}

/** info.json beside a built kernel. */
export interface KernelInfo {
  readonly schema: 'chaos.kernel/1';
  readonly recipe: string;
  /** of recipe and source; the name of its directory */
  readonly digest: string;
  /** of the kernel's bytes: SHA-256, 16 hex digits */
  readonly binary?: string;
  readonly version: string;
  readonly seccomp: boolean;
  readonly builtAt: string;
  readonly buildSeconds: number;
}

/** Where Debian's package user-mode-linux has its kernel. */
const PACKAGED = ['/usr/bin/linux.uml'];
const PACKAGED_CONFIG = '/usr/share/doc/user-mode-linux/config.gz';

/** The kernel that `chaos kernel build` made with this version's recipe; otherwise Debian's packaged one. */
export function findKernel(): Promise<EmbeddedKernel | undefined> {
  return Promise.resolve(builtKernels()[0] ?? packagedKernel());
}

export function builtKernels(): EmbeddedKernel[] {
  const recipe = recipeDigest();
  return cached()
    .filter(({ info }) => info.recipe === recipe)
    .sort((a, b) => b.info.version.localeCompare(a.info.version, 'en', { numeric: true }))
    .map(({ info, directory }) => ({
      path: join(directory, 'linux'),
      digest: info.binary ?? info.digest,
      version: info.version,
      source: 'built' as const,
      warp: true,
      wires: true,
      seccomp: info.seccomp,
    }));
}

/** Every finished build in the caches, of this recipe or another, and the directory that it is in. */
export function cached(): { readonly info: KernelInfo; readonly directory: string }[] {
  return kernelCaches()
    .filter((cache) => existsSync(cache))
    .flatMap((cache) => readdirSync(cache).map((name) => join(cache, name)))
    .filter((directory) => existsSync(join(directory, 'info.json')))
    .flatMap((directory) => {
      const text = readFileSync(join(directory, 'info.json'), 'utf8');
      const info = JSON.parse(text) as KernelInfo | { readonly schema: string };
      return info.schema === 'chaos.kernel/1' ? [{ info: info as KernelInfo, directory }] : [];
    });
}

function packagedKernel(): EmbeddedKernel | undefined {
  const path = PACKAGED.find((candidate) => existsSync(candidate));
  if (path === undefined) return undefined;
  return {
    path,
    digest: createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16),
    version: 'packaged',
    source: 'packaged',
    warp: false,
    wires: hasWires(),
    seccomp: false,
  };
}

/** The package says what its kernel was built with; Debian 12's has no wires. */
function hasWires(): boolean {
  if (!existsSync(PACKAGED_CONFIG)) return false;
  const config = gunzipSync(readFileSync(PACKAGED_CONFIG)).toString();
  const has = (name: string): boolean => new RegExp(`^CONFIG_${name}=[ym]$`, 'm').test(config);
  return ['NF_TABLES_NETDEV', 'NFT_FWD_NETDEV', 'VETH', 'BRIDGE'].every(has);
}
