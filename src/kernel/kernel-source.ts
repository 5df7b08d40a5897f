import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../errors.ts';
import { buildCommand, type BuildCommandOptions } from './build-command.ts';

/** A Debian package linux-source-X.Y: an archive of the kernel with Debian's (security) patches. */
export interface KernelSource {
  readonly package: string;
  /** of the package, e.g. 7.3.4-1~bpo13+1 */
  readonly version: string;
  readonly suite: string;
}

/** Suites in which to look, in this order: backports has the newest kernel, stable the longest supported one. */
export const SUITES = ['trixie-backports', 'trixie', 'bookworm'] as const;

const MIRROR = 'http://deb.debian.org/debian';

/**
 * apt with everything of its own (lists, cache, sources, no status): reads and writes nothing of the machine's apt, and
 * needs no root. It still verifies Debian's signatures.
 */
export class PrivateApt {
  private readonly directory: string;
  private readonly command: BuildCommandOptions;

  constructor(directory: string, suite: (typeof SUITES)[number], command: BuildCommandOptions) {
    this.directory = join(directory, suite);
    mkdirSync(join(this.directory, 'lists', 'partial'), { recursive: true });
    mkdirSync(join(this.directory, 'cache', 'archives', 'partial'), { recursive: true });
    const at = (name: string): string => join(this.directory, name);
    const mirror = process.env['CHAOS_DEBIAN_MIRROR'] ?? MIRROR;
    const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
    writeFileSync(at('sources.list'), `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`);
    const settings = {
      'Dir::State::Lists': at('lists'),
      'Dir::State::status': '/dev/null',
      'Dir::Cache': at('cache'),
      'Dir::Etc::SourceList': at('sources.list'),
      'Dir::Etc::SourceParts': '/dev/null',
      'Dir::Etc::Main': '/dev/null',
      'Dir::Etc::Parts': '/dev/null',
      'Dir::Etc::Preferences': '/dev/null',
      'Dir::Etc::PreferencesParts': '/dev/null',
      'APT::Sandbox::User': 'root',
      'APT::Architecture': 'amd64',
      'Acquire::Languages': 'none',
      'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
      'Acquire::Retries': '3',
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`);
    writeFileSync(at('apt.conf'), [...lines, ...machineProxies().map((l) => `${l}\n`)].join(''));
    this.command = {
      ...command,
      cwd: this.directory,
      env: { ...command.env, APT_CONFIG: at('apt.conf') },
    };
  }

  update(): Promise<void> {
    return buildCommand(['apt-get', 'update', '-q'], this.command);
  }

  /** linux-source packages of the suite, newest kernel first. */
  sources(suite: string): readonly KernelSource[] {
    const names = this.read(['pkgnames', 'linux-source-'])
      .split('\n')
      .filter((name) => /^linux-source-\d+\.\d+$/.test(name));
    const sources = names.map((name) => ({
      package: name,
      version: /^Version: (.*)$/m.exec(this.read(['show', '--no-all-versions', name]))?.[1] ?? '',
      suite,
    }));
    return sources
      .filter((source) => source.version !== '')
      .sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }));
  }

  /** The .deb, downloaded (a download that was cut off goes on). */
  async download(source: KernelSource): Promise<string> {
    const found = (): string | undefined =>
      readdirSync(this.directory).find(
        (name) => name.startsWith(`${source.package}_`) && name.endsWith('.deb'),
      );
    // apt-get checks what is there, and fetches it again when it is not whole
    await buildCommand(
      ['apt-get', 'download', '-q', `${source.package}=${source.version}`],
      this.command,
    );
    const deb = found();
    if (deb === undefined)
      throw new ChaosError('cannot-run-here', `apt-get download left no ${source.package}*.deb`);
    return join(this.directory, deb);
  }

  private read(args: readonly string[]): string {
    const env = { ...process.env, ...this.command.env };
    const result = spawnSync('apt-cache', args, { env, encoding: 'utf8' });
    return result.status === 0 ? result.stdout : '';
  }
}

/** The machine's way to the outside, which the private configuration would not know. */
function machineProxies(): readonly string[] {
  const dump = spawnSync('apt-config', ['dump'], { encoding: 'utf8' });
  return dump.stdout
    .split('\n')
    .filter((line) =>
      /^Acquire::(https?::)?(Proxy|Proxy-Auto-Detect|CaInfo)\b.*"[^"]+";$/.test(line),
    );
}

/** Unpacks the archive in the .deb into the directory `tree`. */
export async function unpackSource(
  deb: string,
  source: KernelSource,
  tree: string,
  command: BuildCommandOptions,
): Promise<void> {
  const scratch = `${tree}.deb`;
  for (const path of [scratch, tree]) rmSync(path, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  await buildCommand(['dpkg-deb', '-x', deb, scratch], command);
  const archive = join(scratch, 'usr', 'src', `${source.package}.tar.xz`);
  await buildCommand(['tar', '-xJf', archive, '--strip-components=1', '-C', tree], command);
  rmSync(scratch, { recursive: true, force: true });
}
