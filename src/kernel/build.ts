import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ChaosError, messageOf } from '../errors.ts';
import { bootCheck } from './boot-check.ts';
import { buildCommand, tryBuildCommand, type BuildCommandOptions } from './build-command.ts';
import { lockDirectory } from './build-lock.ts';
import { builtKernels, type EmbeddedKernel, type KernelInfo } from './find-kernel.ts';
import { PrivateApt, SUITES, unpackSource, type KernelSource } from './kernel-source.ts';
import { kernelCache } from './places.ts';
import { buildDigest, recipeConfig, recipeDigest, recipePatches } from './recipe.ts';
import { dyingWithUs, requireToolchain } from './toolchain.ts';

export interface BuildKernelOptions {
  /** one line for people about what is being done; the compiler's comes about once a second */
  readonly progress: (line: string) => void;
  /** parallel compilers; default: one per processor */
  readonly jobs?: number;
}

/** Nothing older than this has been tried with the recipe. */
const OLDEST = '6.12';

/** Objects of one build, for the progress line. */
const OBJECTS = 1970;

/** Options without which the kernel would be useless for us: a renamed one must not go unnoticed. */
const ESSENTIAL = [
  ...['UML_TIME_TRAVEL_SUPPORT', 'HOSTFS', 'OVERLAY_FS', 'TMPFS', 'CGROUPS', 'MAGIC_SYSRQ'],
  ...['NET_NS', 'PID_NS', 'VETH', 'BRIDGE', 'PACKET', 'NET_SCH_NETEM', 'NFT_FWD_NETDEV'],
];

/** The same bytes on every machine with the same compiler: a guest sees these in uname(2). */
const REPRODUCIBLE = {
  KBUILD_BUILD_TIMESTAMP: 'Tue Nov 14 22:13:20 UTC 2023',
  KBUILD_BUILD_USER: 'chaos',
  KBUILD_BUILD_HOST: 'chaos',
  KBUILD_BUILD_VERSION: '1',
  LOCALVERSION: '',
};

/**
 * Builds the embedded kernel, once: the newest Debian kernel source that all patches of the recipe fit. Safe to start
 * twice at once (the second waits and gets what the first made) and to kill at any moment (the next one goes on).
 */
export async function buildKernel(options: BuildKernelOptions): Promise<EmbeddedKernel> {
  const done = builtKernels()[0];
  if (done !== undefined) return done;
  requireToolchain();
  const cache = kernelCache();
  mkdirSync(cache, { recursive: true });
  const lock = await lockDirectory(cache, (holder) =>
    options.progress(`another build is going on (pid ${holder}): waiting for it`),
  );
  try {
    return builtKernels()[0] ?? (await buildLocked(options, lock.fd));
  } finally {
    lock.release();
  }
}

async function buildLocked(options: BuildKernelOptions, lock: number): Promise<EmbeddedKernel> {
  const work = join(kernelCache(), 'build');
  mkdirSync(work, { recursive: true });
  const command = { cwd: work, log: join(work, 'build.log'), lock, prefix: dyingWithUs() };
  const problems: string[] = [];
  for (const suite of SUITES) {
    const apt = new PrivateApt(work, suite, command);
    options.progress(`looking for kernel sources in Debian ${suite}`);
    try {
      await apt.update();
    } catch (error) {
      problems.push(`${suite}: ${messageOf(error)}`);
      continue;
    }
    for (const source of apt.sources(suite)) {
      if (source.version.localeCompare(OLDEST, 'en', { numeric: true }) < 0) continue;
      const kernel = await buildSource(apt, source, command, options);
      if (kernel !== undefined) return kernel;
      problems.push(`${source.package} ${source.version} (${suite}): the patches do not fit`);
    }
  }
  throw new ChaosError(
    'cannot-run-here',
    `no kernel source to build from\n${problems.join('\n')}`,
    {
      hint: 'check the network (CHAOS_DEBIAN_MIRROR names another mirror), then: chaos kernel build',
    },
  );
}

/** undefined where the patches do not fit this source. */
async function buildSource(
  apt: PrivateApt,
  source: KernelSource,
  command: BuildCommandOptions,
  options: BuildKernelOptions,
): Promise<EmbeddedKernel | undefined> {
  const started = Date.now();
  const recipe = recipeDigest();
  const digest = buildDigest(recipe, source.version);
  const tree = join(command.cwd, `${digest}.source`);
  const out = join(command.cwd, `${digest}.out`);
  if (!existsSync(tree)) {
    options.progress(`downloading ${source.package} ${source.version}`);
    const deb = await apt.download(source);
    options.progress('unpacking and patching');
    const fresh = `${tree}.new`;
    await unpackSource(deb, source, fresh, command);
    if (!(await applyPatches(fresh, command))) {
      rmSync(fresh, { recursive: true, force: true });
      return undefined;
    }
    renameSync(fresh, tree);
  }
  mkdirSync(out, { recursive: true });
  await compile(tree, out, command, options);
  const linux = join(out, 'linux.stripped');
  const info: KernelInfo = {
    schema: 'chaos.kernel/1',
    recipe,
    digest,
    binary: createHash('sha256').update(readFileSync(linux)).digest('hex').slice(0, 16),
    version: source.version,
    seccomp: hasSeccompMode(tree),
    builtAt: new Date().toISOString(),
    buildSeconds: Math.round((Date.now() - started) / 1000),
  };
  await install(linux, info);
  rmSync(command.cwd, { recursive: true, force: true });
  const kernel = builtKernels().find((built) => built.digest === info.binary);
  if (kernel === undefined) throw new ChaosError('bug', 'a kernel was built and is not found');
  return kernel;
}

/** All or nothing: of each number the first variant that fits. */
async function applyPatches(tree: string, command: BuildCommandOptions): Promise<boolean> {
  const here = { ...command, cwd: tree };
  for (const variants of recipePatches()) {
    let applied = false;
    for (const stdin of variants) {
      const patch = ['patch', '-p1', '--force', '--no-backup-if-mismatch'] as const;
      if ((await tryBuildCommand([...patch, '--dry-run'], { ...here, stdin })) !== 0) continue;
      await buildCommand([...patch], { ...here, stdin });
      applied = true;
      break;
    }
    if (!applied) return false;
  }
  return true;
}

async function compile(
  tree: string,
  out: string,
  command: BuildCommandOptions,
  options: BuildKernelOptions,
): Promise<void> {
  const make = ['make', '-C', tree, 'ARCH=um', `O=${out}`] as const;
  const env = { ...REPRODUCIBLE, KCONFIG_ALLCONFIG: recipeConfig };
  await buildCommand([...make, 'allnoconfig'], { ...command, env });
  const config = readFileSync(join(out, '.config'), 'utf8');
  const lost = ESSENTIAL.filter((name) => !config.includes(`\nCONFIG_${name}=y\n`));
  if (lost.length > 0)
    throw new ChaosError('cannot-run-here', `this kernel source has no ${lost.join(', ')}`);
  const jobs = options.jobs ?? availableParallelism();
  let objects = 0;
  let said = Date.now();
  const onLine = (line: string): void => {
    if (!/^ {2}(CC|AS|AR|LD) /.test(line)) return;
    objects++;
    if (Date.now() - said < 1000) return;
    said = Date.now();
    options.progress(`compiling: ${objects} of about ${OBJECTS}`);
  };
  await buildCommand([...make, `-j${jobs}`, 'linux'], { ...command, env, onLine });
  await buildCommand(['strip', '-o', 'linux.stripped', 'linux'], { ...command, cwd: out });
}

function hasSeccompMode(tree: string): boolean {
  const startUp = join(tree, 'arch', 'um', 'os-Linux', 'start_up.c');
  return readFileSync(startUp, 'utf8').includes('"seccomp="');
}

/** Into the cache in one step, after it has shown that it boots. */
async function install(linux: string, info: KernelInfo): Promise<void> {
  const problem = await bootCheck(linux);
  if (problem !== undefined)
    throw new ChaosError('cannot-run-here', `the new kernel does not boot: ${problem}`);
  const target = join(kernelCache(), info.digest);
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  copyFileSync(linux, join(fresh, 'linux'));
  writeFileSync(join(fresh, 'info.json'), `${JSON.stringify(info, null, 2)}\n`);
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
}
