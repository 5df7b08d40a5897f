import { spawn } from 'node:child_process';
import {
  createWriteStream,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import { execa } from 'execa';
import { libc } from '../../host/libc.ts';
import { ARCHIVE, debianSuite, DISK, IMAGE_NAMES, imagesDirectory } from './image-store.ts';
import { removeControlGroup } from '../../host/control-groups.ts';
import { startOwnDocker } from './own-docker.ts';
import { coverNews, coverWithOverlay } from './cover.ts';
import { dockerEnds } from './docker-progress.ts';

/**
 * The program inside the sandbox of build-images.ts: `node build-images-main.js <directory of the result>`. A line of
 * standard output for each part; what the parts say goes to standard error.
 */

const WORK = '/run/chaos-images';
const BASE = 'chaos/debian:latest';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** What dockerd's data root is needed of to start with its images. */
const KEPT = ['image', 'overlay2'];

async function main(result: string): Promise<void> {
  // all in memory: overlay2 does not work on every file system that a cache may be on
  libc.mount('chaos', '/run', 'tmpfs', 0, 'mode=755');
  mkdirSync(WORK);
  // Docker would write its key to the one, containerd would make a directory in the other
  coverWithOverlay(['/etc'], WORK);
  coverNews('/opt');
  const root = join(WORK, 'base');
  say(`base: debootstrap ${debianSuite()}`);
  await execa('debootstrap', ['--variant=minbase', debianSuite(), root], { stdout: 'ignore' });
  writeFileSync(join(root, 'etc', 'apt', 'sources.list'), sources(debianSuite()));
  rmSync(join(root, 'var', 'cache', 'apt', 'archives'), { recursive: true });
  const dataRoot = join(WORK, 'docker');
  const cgroupParent = `chaos-${basename(result)}`;
  const own = await startOwnDocker({
    cgroupParent,
    dataRoot,
    netnsFd: openSync('/proc/self/ns/net', 'r'),
    logPath: join(result, 'dockerd.log'),
    signal: new AbortController().signal,
  });
  const { docker } = own;
  await importBase(docker, root);
  rmSync(root, { recursive: true });
  for (const name of IMAGE_NAMES) {
    say(`chaos/${name}`);
    await buildImage(docker, name);
  }
  const versions = await packagesOf(docker);
  say('archive');
  await saveImages(docker, join(result, ARCHIVE));
  await own.stop();
  // it is in no namespace of ours
  await removeControlGroup(cgroupParent);
  writeFileSync(join(result, 'packages.txt'), versions);
  say('disk');
  await makeDisk(dataRoot, join(result, DISK));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function sources(suite: string): string {
  const debian = 'http://deb.debian.org/debian';
  return [
    `deb ${debian} ${suite} main`,
    `deb ${debian} ${suite}-updates main`,
    `deb ${debian}-security ${suite}-security main`,
    '',
  ].join('\n');
}

function tarOf(directory: string): Readable {
  return spawn('tar', ['-C', directory, '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] })
    .stdout;
}

async function importBase(docker: Docker, root: string): Promise<void> {
  const [repo, tag] = BASE.split(':');
  const stream = await docker.importImage(tarOf(root), {
    ...{ repo, tag, changes: `ENV PATH=${PATH}` },
  });
  await dockerEnds(docker, stream, (text) => process.stderr.write(text));
}

async function buildImage(docker: Docker, name: string): Promise<void> {
  const stream = await docker.buildImage(tarOf(join(imagesDirectory, name)), {
    ...{ t: `chaos/${name}:latest`, networkmode: 'host', forcerm: true },
    buildargs: { BASE },
  });
  await dockerEnds(docker, stream, (text) => process.stderr.write(text));
}

/** What is in the largest of them, by name and version. */
async function packagesOf(docker: Docker): Promise<string> {
  const argv = ['dpkg-query', '-W'];
  const container = await docker.createContainer({
    ...{ Image: 'chaos/firewall:latest', Cmd: argv },
    ...{ NetworkDisabled: true, Tty: true },
  });
  await container.start();
  await container.wait();
  const text = await container.logs({ stdout: true });
  await container.remove();
  return text.toString('utf8').replaceAll('\r\n', '\n');
}

/** For a Docker that does not start from the disk: `docker load`. */
async function saveImages(docker: Docker, path: string): Promise<void> {
  const names = IMAGE_NAMES.map((name) => `chaos/${name}:latest`);
  // @types/dockerode has not heard of it
  const images = docker as unknown as {
    getImages(options: { readonly names: readonly string[] }): Promise<NodeJS.ReadableStream>;
  };
  await pipeline(await images.getImages({ names }), createWriteStream(path));
}

async function makeDisk(dataRoot: string, path: string): Promise<void> {
  for (const name of readdirSync(dataRoot)) {
    if (!KEPT.includes(name)) rmSync(join(dataRoot, name), { recursive: true });
  }
  const { stdout } = await execa('du', ['--summarize', '--block-size=1M', dataRoot]);
  // inodes and the last block of each file come on top; holes cost nothing
  const megabytes = Math.ceil(Number.parseInt(stdout, 10) * 1.3) + 64;
  const options = ['-q', '-O', '^has_journal', '-m', '0', '-d', dataRoot];
  await execa('mkfs.ext4', [...options, path, `${String(megabytes)}M`]);
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
