import { messageOf } from '../errors.ts';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { bootCheck } from './boot-check.ts';
import type { EmbeddedKernel } from './find-kernel.ts';
import { findProgram } from './find-program.ts';
import { GUEST_MEMORY_MB, memoryDirectory } from './memory-directory.ts';
import { packageRoot } from './places.ts';
import { missingBuildPackages } from './toolchain.ts';

/* Single looks of `chaos doctor`. Each tries the thing itself. */

/** One thing that was looked at. */
export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  /** chaos runs (somehow) without it: what it lacks then is in `detail` */
  readonly optional: boolean;
  readonly detail: string;
  /** argv that repairs it; `fixCommands` puts those of a whole report together */
  readonly fix?: readonly string[];
}

export function node(): DoctorCheck {
  const file = readFileSync(join(packageRoot, 'package.json'), 'utf8');
  const { engines } = JSON.parse(file) as { readonly engines: { readonly node: string } };
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  return {
    name: 'node',
    ok,
    optional: false,
    detail: `${process.version}, asked: ${engines.node}`,
  };
}

/** What every sandbox is started with. */
export function basics(): DoctorCheck[] {
  const needed = [
    { name: 'util-linux', tools: ['setpriv', 'unshare', 'setarch', 'flock'] },
    { name: 'iproute2', tools: ['ip', 'tc'] },
    { name: 'nftables', tools: ['nft'] },
  ];
  return needed.map(({ name, tools }) => {
    const missing = tools.filter((tool) => findProgram(tool) === undefined);
    return {
      name,
      ok: missing.length === 0,
      optional: false,
      detail: missing.length === 0 ? tools.join(', ') : `missing: ${missing.join(', ')}`,
      ...(missing.length > 0 && { fix: ['apt-get', 'install', '-y', name] }),
    };
  });
}

export function buildTools(): DoctorCheck[] {
  const missing = missingBuildPackages();
  const check = { name: 'tools for chaos kernel build', optional: true };
  if (missing.length === 0) return [{ ...check, ok: true, detail: 'all there' }];
  const fix = ['apt-get', 'install', '-y', ...missing];
  return [{ ...check, ok: false, detail: `missing: ${missing.join(', ')}`, fix }];
}

export async function boots(
  kernel: EmbeddedKernel,
): Promise<{ readonly ok: boolean; readonly detail: string }> {
  const problem = await bootCheck(kernel.path);
  return { ok: problem === undefined, detail: problem ?? '' };
}

/** Without it addresses differ from run to run, and so do runs. */
export function fixedAddresses(): DoctorCheck {
  const ok = spawnSync('setarch', ['-R', 'true'], { stdio: 'ignore' }).status === 0;
  return {
    name: 'setarch -R',
    ok,
    optional: true,
    detail: ok
      ? 'address randomisation can be switched off'
      : 'personality(2) is refused (Docker: --security-opt seccomp=unconfined): runs do not repeat',
  };
}

export function guestMemory(): DoctorCheck {
  const check = { name: 'guest memory', optional: true };
  try {
    const directory = memoryDirectory(GUEST_MEMORY_MB);
    const slow = directory === '/dev/shm' ? '' : ' (slower: /dev/shm is too small or noexec)';
    return { ...check, ok: true, detail: `${GUEST_MEMORY_MB} MB in ${directory}${slow}` };
  } catch (error) {
    return { ...check, ok: false, detail: messageOf(error) };
  }
}

/** What kinds of faults use of this machine; a scenario without them needs none of it. */
export function faults(
  needed: readonly { readonly fault: string; readonly path: string; readonly package: string }[],
): DoctorCheck[] {
  return needed.map(({ fault, path, package: debian }) => {
    const ok = existsSync(path);
    return {
      name: `fault ${fault}`,
      ok,
      optional: true,
      detail: ok ? path : `missing: ${path}`,
      ...(!ok && { fix: ['apt-get', 'install', '-y', debian] }),
    };
  });
}

/** 1-4 file descriptors a node, and some for each link. */
export function openFiles(): DoctorCheck {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1] ?? '0';
  const ok = hard === 'unlimited' || Number(hard) >= 4096;
  return {
    name: 'open files',
    ok,
    optional: true,
    detail: `ulimit -Hn is ${hard}${ok ? '' : ': enough for about 500 nodes or fewer'}`,
  };
}

/** Chaos Toolkit installs a program of the same name. */
export function whichChaos(): DoctorCheck {
  const found = findProgram('chaos', process.env['PATH'] ?? '');
  const check = { name: 'chaos on PATH', optional: true };
  if (found === undefined)
    return { ...check, ok: false, detail: `none; use npx chaos, or: npm link in ${packageRoot}` };
  const real = realpathSync(found);
  const ours = real === join(realpathSync(packageRoot), 'dist', 'cli', 'main.js');
  const detail = ours
    ? `${found} is this one`
    : `${found} is ${real}, not this one (Chaos Toolkit?): use chaoslab`;
  return { ...check, ok: ours, detail };
}
