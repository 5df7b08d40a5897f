import { existsSync } from 'node:fs';
import { abilities } from '../../kernel/abilities.ts';
import { hostLacks, type KernelNeeds } from '../../kernel/choose.ts';
import { findKernel } from '../../kernel/find-kernel.ts';
import { findProgram } from '../../kernel/find-program.ts';
import { dockerIsolation } from '../../kernel/host-isolation.ts';
import { findContainerlab } from '../../lab/containerlab/binary.ts';
import type { DockerOffer, DockerOffers } from '../../lab/containerlab/choose-docker.ts';
import { findImages } from '../../lab/containerlab/image-store.ts';
import { askMachineDocker } from '../../lab/containerlab/machine-docker.ts';

interface Lack {
  readonly what: string;
  readonly fix?: readonly string[];
}

/** What each place for the Docker of a lab has here, and what it lacks: for choosing, and for `chaos doctor`. */
export async function dockerOffers(needs: KernelNeeds): Promise<DockerOffers> {
  const host = hostKernelLacks(needs);
  const kernel = await findKernel();
  const machine = await askMachineDocker(process.env);
  const isolation = dockerIsolation();
  const { stock, images, dockerd } = builtLacks();
  return {
    host:
      'lacks' in machine
        ? refused([{ what: machine.lacks }])
        : offer(`Docker ${machine.version} answers at ${machine.socket}`, [
            ...rootLacks(),
            ...host,
            ...stock,
          ]),
    own: offer(`as ${isolation?.who ?? ''}`, [
      ...dockerd,
      ...(isolation === undefined ? [{ what: noIsolation() }] : []),
      ...host,
      ...stock,
      ...images,
    ]),
    guest: offer('it ends with the run', [
      ...dockerd,
      ...(kernel?.wires === true
        ? []
        : [{ what: 'there is no embedded kernel', fix: ['chaos', 'kernel', 'build'] }]),
      ...stock,
      ...images,
    ]),
  };
}

function offer(detail: string, lacks: readonly Lack[]): DockerOffer {
  return lacks.length === 0 ? { works: true, detail } : refused(lacks);
}

function refused(lacks: readonly Lack[]): DockerOffer {
  const fix = lacks.find((lack) => lack.fix !== undefined)?.fix;
  const detail = lacks.map(({ what }) => what).join(', ');
  return { works: false, detail, ...(fix !== undefined && { fix }) };
}

/** What is built or installed once. */
function builtLacks(): Readonly<Record<'stock' | 'images' | 'dockerd', readonly Lack[]>> {
  const unless = (there: unknown, lack: Lack): Lack[] => (there === undefined ? [lack] : []);
  return {
    stock: unless(findContainerlab(process.env), {
      what: 'the stock containerlab has not been built',
      fix: ['chaos', 'lab', 'containerlab'],
    }),
    images: unless(findImages(process.env), {
      what: 'the images have not been built',
      fix: ['chaos', 'lab', 'images', 'build'],
    }),
    dockerd: unless(findProgram('dockerd'), {
      what: 'dockerd is not installed',
      fix: ['apt-get', 'install', '-y', 'docker.io'],
    }),
  };
}

/** What stands against containerlab, or against our wires, on the kernel of this machine. */
function hostKernelLacks(needs: KernelNeeds): readonly Lack[] {
  const lacks = hostLacks(needs, abilities()).map(({ what }) => ({
    what: `the host's kernel has no ${what}`,
  }));
  if (existsSync('/proc/modules')) return lacks;
  return [
    ...lacks,
    { what: 'the machine has no /proc/modules, without which containerlab gives up' },
  ];
}

/** Wires are moved into namespaces of containers that are the machine's. */
function rootLacks(): readonly Lack[] {
  return process.getuid?.() === 0 ? [] : [{ what: 'only root may enter its containers' }];
}

function noIsolation(): string {
  return process.getuid?.() === 0
    ? 'this root has not all capabilities, and gets no user namespace that has them'
    : 'this user has no range of sub-ids (/etc/subuid, package uidmap), or no user namespaces';
}
