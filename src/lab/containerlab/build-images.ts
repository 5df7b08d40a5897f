import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { ChaosError } from '../../errors.ts';
import type { Environment } from './binary.ts';
import { findImages, imagesPath, requireImages, type ImageStore } from './image-store.ts';

const PROGRAMS = {
  dockerd: 'docker.io',
  debootstrap: 'debootstrap',
  'mkfs.ext4': 'e2fsprogs',
  unshare: 'util-linux',
};

/** For setpriv(1). Its own mounts and processes: all of it is gone when it ends. The network is the machine's, for packages. */
const SANDBOX = [
  ...['--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--mount-proc'],
  ...['--ipc', '--uts', '--propagation', 'private', '--kill-child=KILL'],
];

/**
 * Build the images of labs/images from Debian packages, without a registry: the base by debootstrap, the others by a
 * Docker of their own in a sandbox. The result is a disk that runs share, and an archive of the same images.
 * @throws ChaosError 'cannot-run-here' without the programs, as an ordinary user, or when a step fails
 */
export async function buildImages(
  environment: Environment,
  progress: (line: string) => void,
): Promise<ImageStore> {
  const found = findImages(environment);
  if (found !== undefined) return found;
  await requirePrograms();
  if (process.getuid?.() !== 0) {
    throw new ChaosError('cannot-run-here', 'debootstrap and Docker need root to build images', {
      hint: 'sudo chaos lab images build (then every user runs them)',
    });
  }
  const directory = imagesPath(environment);
  mkdirSync(dirname(directory), { recursive: true });
  const work = mkdtempSync(`${directory}-`);
  try {
    chmodSync(work, 0o755);
    const program = join(dirname(fileURLToPath(import.meta.url)), 'build-images-main.js');
    const log = join(work, 'build.log');
    const argv = [...SANDBOX, process.execPath, program, work];
    const child = execa('setpriv', argv, {
      ...{ stdin: 'ignore', reject: false },
      ...{ stdout: 'pipe', stderr: { file: log } },
    });
    for await (const line of child) progress(line);
    if ((await child).exitCode !== 0) {
      const hint = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
      throw new ChaosError('cannot-run-here', 'the images could not be built', { hint });
    }
    rmSync(directory, { recursive: true, force: true });
    renameSync(work, directory);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return requireImages(environment);
}

async function requirePrograms(): Promise<void> {
  const missing: string[] = [];
  for (const [program, debian] of Object.entries(PROGRAMS)) {
    const { exitCode } = await execa('sh', ['-c', `command -v ${program}`], { reject: false });
    if (exitCode !== 0) missing.push(debian);
  }
  if (missing.length === 0) return;
  throw new ChaosError('cannot-run-here', 'what builds images is missing', {
    hint: `apt-get install --no-install-recommends ${missing.join(' ')}`,
  });
}
