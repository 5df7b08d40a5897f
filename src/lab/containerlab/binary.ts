import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChaosError } from '../../errors.ts';

/** XDG_CACHE_HOME, and what Go itself wants (PATH, HOME, GOPROXY, ...). */
export type Environment = Readonly<Record<string, string | undefined>>;

const PACKAGE = 'github.com/srl-labs/containerlab';
const MODULE_FILES = ['go.mod', 'go.sum'];

/** src/lab/containerlab and dist/lab/containerlab are both three below the package. */
const moduleDirectory = join(
  dirname(fileURLToPath(import.meta.url)),
  ...['..', '..', '..', 'labs', 'containerlab'],
);

/** The stock containerlab of the version that labs are checked against, where it has been built; else undefined. */
export function findContainerlab(environment: Environment): string | undefined {
  const path = binaryPath(environment);
  return existsSync(path) ? path : undefined;
}

/** @throws ChaosError 'cannot-run-here' when it has not been built */
export function requireContainerlab(environment: Environment): string {
  const path = findContainerlab(environment);
  if (path !== undefined) return path;
  throw new ChaosError('cannot-run-here', 'the stock containerlab has not been built here', {
    hint: 'chaos lab containerlab',
  });
}

/** Of the version that go.mod asks for. */
function hasGo(env: Environment): boolean {
  const { stdout, status } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8', env });
  return status === 0 && Number(/^go1\.(\d+)/.exec(stdout)?.[1]) >= 26;
}

/**
 * Build it from the Go module proxy: the digests of every module are in go.sum, so the same source gives the same
 * program. It lies in ${XDG_CACHE_HOME:-~/.cache}/chaos/containerlab/<digest of go.mod and go.sum>; about 1 minute on 2 cores
 * from nothing, 43 MB.
 * @throws ChaosError 'cannot-run-here' without Go, or when go build fails
 */
export async function buildContainerlab(
  environment: Environment,
  progress: (line: string) => void,
): Promise<string> {
  const path = binaryPath(environment);
  if (existsSync(path)) return path;
  if (!hasGo(environment)) {
    throw new ChaosError(
      'cannot-run-here',
      'containerlab is built with Go 1.26, which is not here',
      {
        hint: 'https://go.dev/dl/ (Debian has an older one); it must be in the PATH',
      },
    );
  }
  const cache = dirname(dirname(path));
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'build-'));
  try {
    for (const file of MODULE_FILES) copyFileSync(join(moduleDirectory, file), join(work, file));
    await goBuild(work, environment, progress);
    mkdirSync(dirname(path), { recursive: true });
    // whole or not at all, also when two build at once
    renameSync(join(work, 'containerlab'), path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return path;
}

function binaryPath(environment: Environment): string {
  const digest = createHash('sha256');
  for (const file of MODULE_FILES) digest.update(readFileSync(join(moduleDirectory, file)));
  return join(cacheDirectory(environment), digest.digest('hex').slice(0, 16), 'containerlab');
}

function cacheDirectory(environment: Environment): string {
  const base = environment['XDG_CACHE_HOME'];
  return join(
    base?.startsWith('/') === true ? base : join(homedir(), '.cache'),
    ...['chaos', 'containerlab'],
  );
}

function goBuild(
  work: string,
  environment: Environment,
  progress: (line: string) => void,
): Promise<void> {
  const argv = ['build', '-trimpath', '-mod=readonly', '-o', 'containerlab', PACKAGE];
  const child = spawn('go', argv, {
    cwd: work,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...environment, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off' },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    for (const line of text.split('\n')) if (line !== '') progress(line);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else {
        const hint = said.trim().split('\n').slice(-3).join('\n');
        reject(new ChaosError('cannot-run-here', 'containerlab could not be built', { hint }));
      }
    });
  });
}
