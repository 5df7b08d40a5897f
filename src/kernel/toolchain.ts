import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ChaosError } from '../errors.ts';
import { findProgram } from './find-program.ts';

/** What a kernel build runs, and the Debian package that has it. */
const TOOLS: Readonly<Record<string, string>> = {
  gcc: 'gcc',
  make: 'make',
  flex: 'flex',
  bison: 'bison',
  bc: 'bc',
  patch: 'patch',
  xz: 'xz-utils',
  tar: 'tar',
  strip: 'binutils',
  flock: 'util-linux',
  'apt-get': 'apt',
  'dpkg-deb': 'dpkg',
};

/** Packages that a kernel build still needs here. */
export function missingBuildPackages(): readonly string[] {
  const missing = Object.entries(TOOLS).filter(([tool]) => findProgram(tool) === undefined);
  const packages = missing.map(([, name]) => name);
  if (!existsSync('/usr/include/stdio.h')) packages.push('libc6-dev');
  if (!existsSync('/usr/share/keyrings/debian-archive-keyring.gpg'))
    packages.push('debian-archive-keyring');
  return [...new Set(packages)];
}

/** Refuses before anything is downloaded. */
export function requireToolchain(): void {
  if (process.arch !== 'x64')
    throw new ChaosError(
      'cannot-run-here',
      `the embedded kernel runs on x86-64 only, this is ${process.arch}`,
    );
  const missing = missingBuildPackages();
  if (missing.length > 0)
    throw new ChaosError('cannot-run-here', `to build a kernel: ${missing.join(', ')} missing`, {
      hint: `${process.getuid?.() === 0 ? '' : 'sudo '}apt-get install -y ${missing.join(' ')}`,
    });
}

/**
 * Put before a command: its descendants die with it, and it dies with us, so that a killed build leaves no compiler
 * behind. A pid namespace where the host gives one; otherwise the command alone. PID 1 is a shell, because make in that
 * place would wait for ever for orphans that are not its own.
 */
export function dyingWithUs(): readonly string[] {
  const pid = ['--pid', '--fork', '--kill-child=KILL', '--'];
  for (const user of [[], ['--user', '--map-root-user']])
    if (spawnSync('unshare', [...user, ...pid, 'true'], { stdio: 'ignore' }).status === 0)
      return [
        ...['setpriv', '--pdeathsig', 'KILL', '--', 'unshare', ...user, ...pid],
        ...['sh', '-c', '"$@"; exit $?', 'sh'],
      ];
  return ['setpriv', '--pdeathsig', 'KILL', '--'];
}
