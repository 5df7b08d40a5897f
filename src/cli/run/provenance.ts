import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import type { Topology } from '../../lab/topology.ts';
import { findKernel } from '../../kernel/find-kernel.ts';
import { distDirectory, packageRoot } from '../../kernel/places.ts';
import { rootDigest } from '../../kernel/root-digest.ts';
import type { KernelName, RunFile } from '../../run/run-file.ts';
import { images } from '../../service/registry.ts';

/** What "the same build" is made of, and what else somebody will ask for in a year. */
export type Provenance = Pick<RunFile, 'build' | 'versions' | 'git'>;

export async function readProvenance(topology: Topology, kernel: KernelName): Promise<Provenance> {
  const [packages, git, embedded] = await Promise.all([
    packageVersions(topology),
    gitState(process.cwd()),
    kernel === 'embedded' ? findKernel() : undefined,
  ]);
  return {
    build: {
      chaos: chaosVersion(),
      kernel: embedded?.digest ?? `host ${release()}`,
      root: rootDigest(),
      engine: engineDigest(),
    },
    versions: { node: process.version, kernel: embedded?.version ?? release(), ...packages },
    git,
  };
}

export function chaosVersion(): string {
  const text = readFileSync(join(packageRoot, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** SHA-256 over every program that runs inside a sandbox, 16 hex digits. */
function engineDigest(): string {
  const dist = distDirectory();
  const hash = createHash('sha256');
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => name.endsWith('.js') && !name.startsWith('cli/') && !name.startsWith('report/'),
    )
    .sort();
  for (const name of files) hash.update(`${name}\0`).update(readFileSync(join(dist, name)));
  return hash.digest('hex').slice(0, 16);
}

async function packageVersions(topology: Topology): Promise<Record<string, string>> {
  const used = new Set(topology.nodes.map((node) => node.mappedImage));
  const packages = Object.values(images)
    .filter((image) => used.has(image.name))
    .flatMap((image) => image.packages);
  if (packages.length === 0) return {};
  const format = '${Package} ${Version}\\n';
  const text = await output('dpkg-query', ['-W', '-f', format, ...new Set(packages)]);
  const lines = (text ?? '').split('\n').filter((line) => line.includes(' '));
  return Object.fromEntries(lines.sort().map((line) => line.split(' ', 2) as [string, string]));
}

async function gitState(directory: string): Promise<RunFile['git']> {
  const [head, status] = await Promise.all([
    output('git', ['-C', directory, 'rev-parse', 'HEAD']),
    output('git', ['-C', directory, 'status', '--porcelain', '--untracked-files=no']),
  ]);
  if (head === undefined || status === undefined) return null;
  return { head: head.trim(), dirty: status.trim() !== '' };
}

/** What a program prints; undefined when it is not there or fails. */
function output(program: string, argv: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, argv, { timeout: 5000 }, (error, stdout) => {
      resolve(error === null ? stdout : undefined);
    });
  });
}
