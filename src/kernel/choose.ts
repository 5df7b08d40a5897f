import { ChaosError } from '../errors.ts';
import type { ClockName, KernelName } from '../run/run-file.ts';
import { abilities, type Abilities } from './abilities.ts';
import { findKernel, type EmbeddedKernel } from './find-kernel.ts';

/** What a scenario needs of the kernel that it runs on. */
export interface KernelNeeds {
  readonly netem: boolean;
}

export interface KernelAsked {
  readonly kernel: KernelName | 'auto';
  readonly clock: ClockName | 'auto';
}

export interface KernelChoice {
  readonly kernel: KernelName;
  readonly clock: ClockName;
  /** one line for people */
  readonly why: string;
}

/** What the choice depends on; tests hand in their own. */
export interface KernelOffers {
  readonly host: Abilities;
  readonly embedded: EmbeddedKernel | undefined;
}

/** Something that the host lacks, and how it can be had. */
export interface Lack {
  readonly what: string;
  readonly fix: string;
}

/**
 * Where a run happens: on the host's kernel if that can do what the scenario needs, otherwise in the embedded kernel
 * with the warp clock. What was asked for by name is taken or refused, never replaced.
 */
export async function chooseKernel(
  needs: KernelNeeds,
  asked: KernelAsked,
  offers?: KernelOffers,
): Promise<KernelChoice> {
  const offered = offers ?? { host: abilities(), embedded: await findKernel() };
  if (asked.kernel === 'host') return onHost(needs, asked, offered);
  if (asked.kernel === 'embedded') return embedded(asked, offered.embedded, 'asked for');
  if (asked.clock === 'warp')
    return embedded(asked, offered.embedded, 'only this kernel has the warp clock');
  const lacks = hostLacks(needs, offered.host);
  if (lacks.length === 0) return onHost(needs, { ...asked, kernel: 'host' }, offered);
  const why = `the host's kernel has no ${lacks.map((lack) => lack.what).join(', no ')}`;
  if (offered.embedded === undefined)
    throw new ChaosError('cannot-run-here', `${why}, and there is no embedded kernel`, {
      hint: ['chaos kernel build', ...lacks.map((lack) => lack.fix)].join('\n  or: '),
    });
  return embedded(asked, offered.embedded, why);
}

/** What the host cannot do of what every lab (and this scenario) needs. */
export function hostLacks(needs: KernelNeeds, host: Abilities): readonly Lack[] {
  if (host.namespaces === null)
    return [
      {
        what: 'namespaces for this user',
        fix: 'sudo (root may always), or: sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0',
      },
    ];
  const modules = 'apt-get install linux-modules-extra-$(uname -r)';
  const all: readonly (Lack & { readonly lacking: boolean })[] = [
    { what: 'veth', lacking: !host.veth, fix: missingTool(host, 'veth') ?? 'modprobe veth' },
    {
      what: 'bridge',
      lacking: !host.bridge,
      fix: missingTool(host, 'bridge') ?? 'modprobe bridge',
    },
    {
      what: 'nftables netdev forwarding',
      lacking: !host.nftNetdev,
      fix: missingTool(host, 'nftNetdev') ?? 'modprobe nft_fwd_netdev',
    },
    {
      what: 'netem',
      lacking: needs.netem && !host.netem,
      fix: missingTool(host, 'netem') ?? `modprobe sch_netem (Ubuntu: ${modules})`,
    },
  ];
  return all.filter((lack) => lack.lacking).map(({ what, fix }) => ({ what, fix }));
}

/** The shell's "not found" is not the kernel's fault. */
function missingTool(host: Abilities, name: string): string | undefined {
  const tool = /\b(ip|tc|nft): not found/.exec(host.said[name] ?? '')?.[1];
  if (tool === undefined) return undefined;
  return `apt-get install ${tool === 'nft' ? 'nftables' : 'iproute2'}`;
}

function onHost(needs: KernelNeeds, asked: KernelAsked, offered: KernelOffers): KernelChoice {
  if (asked.clock === 'warp')
    throw new ChaosError('usage', 'the host kernel has the real clock only', {
      hint: '--kernel embedded --clock warp',
    });
  const lacks = hostLacks(needs, offered.host);
  if (lacks.length > 0)
    throw new ChaosError(
      'cannot-run-here',
      `the host's kernel has no ${lacks.map((lack) => lack.what).join(', no ')}`,
      { hint: [...lacks.map((lack) => lack.fix), '--kernel embedded'].join('\n  or: ') },
    );
  const how = offered.host.namespaces === 'root' ? 'as root' : 'in a user namespace';
  const why = `it can do all that this scenario needs, ${how}`;
  return { kernel: 'host', clock: 'real', why };
}

function embedded(
  asked: KernelAsked,
  kernel: EmbeddedKernel | undefined,
  why: string,
): KernelChoice {
  if (kernel === undefined)
    throw new ChaosError('cannot-run-here', 'there is no embedded kernel on this machine', {
      hint: 'chaos kernel build',
    });
  if (!kernel.wires)
    throw new ChaosError(
      'cannot-run-here',
      `${kernel.path} has no nftables netdev forwarding, of which the wires of a lab are made`,
      { hint: 'chaos kernel build' },
    );
  if (asked.clock === 'warp' && !kernel.warp)
    throw new ChaosError('cannot-run-here', `${kernel.path} has the real clock only`, {
      hint: 'chaos kernel build',
    });
  if (asked.clock === 'real' || !kernel.warp)
    return {
      kernel: 'embedded',
      clock: 'real',
      why: kernel.warp ? why : `${why} (packaged kernel)`,
    };
  return { kernel: 'embedded', clock: 'warp', why };
}
