import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChaosError } from '../../errors.ts';
import type { Environment } from './binary.ts';

/** labs/images: src/lab/containerlab and dist/lab/containerlab are both three below the package. */
export const imagesDirectory: string = join(
  dirname(fileURLToPath(import.meta.url)),
  ...['..', '..', '..', 'labs', 'images'],
);

/** Images of ours, each after what it is made from. All are chaos/<name>:latest. */
export const IMAGE_NAMES = ['linux', 'bridge', 'frr', 'keepalived', 'firewall'] as const;

/** What root builds is for everybody. */
const SHARED_CACHE = '/var/cache/chaos/images';
const DISK = 'images.ext4';

/** The disk with the images of this version; undefined where it has not been built. */
export function findImageDisk(environment: Environment): string | undefined {
  return [cache(environment), SHARED_CACHE]
    .map((directory) => join(directory, imagesDigest(), DISK))
    .find((path) => existsSync(path));
}

/** @throws ChaosError 'cannot-run-here' when it has not been built */
export function requireImageDisk(environment: Environment): string {
  const disk = findImageDisk(environment);
  if (disk !== undefined) return disk;
  throw new ChaosError('cannot-run-here', 'the images of this version have not been built here', {
    hint: 'sudo chaos lab images build',
  });
}

/** Where `chaos lab images build` puts it. */
export function imageDiskPath(environment: Environment): string {
  return join(cache(environment), imagesDigest(), DISK);
}

/** Of what the images are made from, and of the Debian that they are made of: that of this machine, where it is one. */
function imagesDigest(): string {
  const digest = createHash('sha256').update(debianSuite());
  for (const name of IMAGE_NAMES)
    digest.update(readFileSync(join(imagesDirectory, name, 'Dockerfile')));
  return digest.digest('hex').slice(0, 16);
}

/** The daemons of a container are the same versions as those that nodes of netns find on a Debian machine. */
export function debianSuite(): string {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const isDebian = /^ID="?debian"?$/m.test(release);
  const [, suite] = /^VERSION_CODENAME="?(\w+)"?$/m.exec(release) ?? [];
  return isDebian && suite !== undefined ? suite : 'bookworm';
}

function cache(environment: Environment): string {
  const base = environment['XDG_CACHE_HOME'];
  if (base?.startsWith('/') === true) return join(base, 'chaos', 'images');
  return process.getuid?.() === 0 ? SHARED_CACHE : join(homedir(), '.cache', 'chaos', 'images');
}
