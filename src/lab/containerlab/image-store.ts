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
/** The data root of a Docker, as a file system that the embedded kernel mounts. */
export const DISK = 'images.ext4';
/** The same images as `docker save` writes them, for every other Docker. */
export const ARCHIVE = 'images.tar';

export interface ImageStore {
  readonly disk: string;
  readonly archive: string;
}

/** The images of this version; undefined where they have not been built. */
export function findImages(environment: Environment): ImageStore | undefined {
  return [cache(environment), SHARED_CACHE]
    .map((directory) => storeIn(join(directory, imagesDigest())))
    .find(({ disk, archive }) => existsSync(disk) && existsSync(archive));
}

/** @throws ChaosError 'cannot-run-here' when they have not been built */
export function requireImages(environment: Environment): ImageStore {
  const images = findImages(environment);
  if (images !== undefined) return images;
  throw new ChaosError('cannot-run-here', 'the images of this version have not been built here', {
    hint: 'sudo chaos lab images build',
  });
}

/** Where `chaos lab images build` puts them: a directory of their own. */
export function imagesPath(environment: Environment): string {
  return join(cache(environment), imagesDigest());
}

function storeIn(directory: string): ImageStore {
  return { disk: join(directory, DISK), archive: join(directory, ARCHIVE) };
}

/** Of what the images are made from, and of the Debian that they are made of: that of this machine, where it is one. */
function imagesDigest(): string {
  // with an archive beside the disk
  const digest = createHash('sha256').update(debianSuite()).update('2');
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
