import { abilities } from './abilities.ts';
import { hostLacks } from './choose.ts';
import { findKernel } from './find-kernel.ts';
import { findProgram } from './find-program.ts';
import * as tries from './doctor-tries.ts';
import type { DoctorCheck } from './doctor-tries.ts';

export type { DoctorCheck };

export interface DoctorReport {
  /** everything that is not optional is there, and a lab can run somewhere */
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
}

/** A program that an image starts from the host's packages. */
export interface NeededProgram {
  readonly image: string;
  readonly program: string;
  readonly packages: readonly string[];
}

/** A program or library that a kind of fault uses. */
export interface NeededByFault {
  readonly fault: string;
  readonly path: string;
  readonly package: string;
}

/** Tries what a run needs on this machine; reads no versions. Takes about a second. */
export async function doctor(
  programs: readonly NeededProgram[],
  faults: readonly NeededByFault[] = [],
  others: readonly DoctorCheck[] = [],
): Promise<DoctorReport> {
  const host = hostChecks();
  const embedded = await embeddedChecks();
  const checks = [
    tries.node(),
    ...tries.basics(),
    ...host.checks,
    ...embedded.checks,
    ...programChecks(programs),
    ...tries.faults(faults),
    tries.openFiles(),
    tries.whichChaos(),
    ...others,
  ];
  const somewhere: DoctorCheck = {
    name: 'a kernel for labs',
    ok: host.ok || embedded.ok,
    optional: false,
    detail: `${host.ok ? 'the host runs labs' : 'the host does not run labs'}; ${
      embedded.ok ? 'the embedded kernel boots' : 'no embedded kernel'
    }`,
    ...(!host.ok && !embedded.ok && { fix: ['chaos', 'kernel', 'build'] }),
  };
  const all = [...checks, somewhere];
  return { ok: all.every((check) => check.ok || check.optional), checks: all };
}

/** The commands that repair what is not ok: packages in one apt-get, root by sudo. */
export function fixCommands(report: DoctorReport): readonly (readonly string[])[] {
  const fixes = report.checks.flatMap((check) => (check.ok || !check.fix ? [] : [check.fix]));
  const install = ['apt-get', 'install', '-y'];
  const isInstall = (fix: readonly string[]): boolean =>
    install.every((word, i) => fix[i] === word);
  const packages = new Set(fixes.filter(isInstall).flatMap((fix) => fix.slice(install.length)));
  const others = fixes.filter((fix) => !isInstall(fix));
  const once = [...new Map(others.map((fix) => [fix.join(' '), fix])).values()];
  const commands = packages.size === 0 ? once : [[...install, ...[...packages].sort()], ...once];
  const asRoot = (argv: readonly string[]): readonly string[] =>
    process.getuid?.() === 0 || argv[0] === 'chaos' ? argv : ['sudo', ...argv];
  return commands.map(asRoot);
}

interface Verdict {
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
}

function hostChecks(): Verdict {
  const host = abilities();
  const labs = hostLacks({ netem: false }, host);
  const checks: DoctorCheck[] = [
    {
      name: 'namespaces',
      ok: host.namespaces !== null,
      optional: true,
      detail: host.namespaces === null ? 'refused to this user' : `as ${host.namespaces}`,
    },
    ...(['veth', 'bridge', 'nftNetdev'] as const).map((name) => ({
      name: name === 'nftNetdev' ? 'nftables netdev forwarding' : name,
      ok: host[name],
      optional: true,
      detail: host[name] ? 'works in a fresh namespace' : (host.said[name] ?? ''),
    })),
    {
      name: 'netem',
      ok: host.netem,
      optional: true,
      detail: host.netem
        ? 'works in a fresh namespace'
        : `${host.said['netem'] ?? ''} (scenarios with delay or burst loss run in the embedded kernel)`,
    },
  ];
  return { ok: labs.length === 0, checks };
}

async function embeddedChecks(): Promise<Verdict> {
  const kernel = await findKernel();
  const build = ['chaos', 'kernel', 'build'];
  if (kernel === undefined) {
    const detail = 'not built: no warp clock, no netem where the host has none';
    const check = { name: 'embedded kernel', ok: false, optional: true, detail, fix: build };
    return { ok: false, checks: [check, ...tries.buildTools()] };
  }
  if (!kernel.wires) {
    const detail = `${kernel.path} has no nftables netdev forwarding: no wires, so no labs`;
    const check = { name: 'embedded kernel', ok: false, optional: true, detail, fix: build };
    return { ok: false, checks: [check, ...tries.buildTools()] };
  }
  const boot = await tries.boots(kernel);
  const detail = `${kernel.version}, ${kernel.warp ? 'clocks real and warp' : 'real clock only'}`;
  const check = { name: 'embedded kernel', ok: boot.ok, optional: true };
  return {
    ok: boot.ok,
    checks: [
      { ...check, detail: boot.ok ? `${detail}, boots` : `${detail}: ${boot.detail}` },
      tries.fixedAddresses(),
      tries.guestMemory(),
    ],
  };
}

/** By image: which programs are missing, and what installs them. */
function programChecks(programs: readonly NeededProgram[]): DoctorCheck[] {
  const byImage = [...new Set(programs.map((needed) => needed.image))];
  return byImage.map((image) => {
    const needed = programs.filter((one) => one.image === image);
    const missing = needed.filter((one) => findProgram(one.program) === undefined);
    const packages = [...new Set(missing.flatMap((one) => one.packages))];
    return {
      name: `image ${image}`,
      ok: missing.length === 0,
      optional: true,
      detail:
        missing.length === 0
          ? 'all its programs are installed'
          : `missing: ${missing.map((one) => one.program).join(', ')}`,
      ...(packages.length > 0 && { fix: ['apt-get', 'install', '-y', ...packages] }),
    };
  });
}
