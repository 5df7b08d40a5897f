import type { EmbeddedKernel } from '../kernel/find-kernel.ts';

/** One line about an embedded kernel. */
export function kernelText(kernel: EmbeddedKernel): string {
  const abilities = [
    kernel.source,
    kernel.warp ? 'clocks real and warp' : 'clock real only',
    kernel.seccomp ? 'seccomp' : 'ptrace',
  ];
  return `embedded kernel ${kernel.version} (${abilities.join(', ')}): ${kernel.path}`;
}
