import { networkInterfaces } from 'node:os';
import { ChaosError } from '../errors.ts';
import type { StartedLab } from '../lab/lab.ts';
import { endpointsOf } from '../observe/lab-view.ts';
import { isIpv4, type PacketProbeParams } from './traffic.ts';

interface OwnAddress {
  readonly interface: string;
  readonly address: string;
  readonly netmask: string;
}

/**
 * The address that a probe sends to. A node has it on its interfaces: the first one in a network that the sender is
 * in too, else the first one; interfaces in the order of the lab file's links, loopback last.
 */
export function targetAddress(lab: StartedLab, params: PacketProbeParams): string {
  if (params.address !== undefined) return params.address;
  if (isIpv4(params.to)) return params.to;
  const own = addressesOf(lab, params.to);
  const senders = addressesOf(lab, params.from);
  const near = own.find((a) => senders.some((b) => sameNetwork(a, b)));
  const chosen = near ?? own[0];
  if (chosen !== undefined) return chosen.address;
  throw new ChaosError('lab-failed', `node '${params.to}' has no IPv4 address to send to`, {
    hint: `give it one in the lab file, or give the probe an 'address:'`,
  });
}

/** getifaddrs(3) asks the network namespace of the thread, so it must run inside. */
function addressesOf(lab: StartedLab, name: string): readonly OwnAddress[] {
  const found = lab.node(name).inNet(() => networkInterfaces());
  const wired = endpointsOf(lab.topology, name).map((end) => end.interface);
  const others = Object.keys(found).filter((i) => i !== 'lo' && !wired.includes(i));
  return [...wired, ...others, 'lo'].flatMap((i) =>
    (found[i] ?? [])
      .filter((info) => info.family === 'IPv4' && !info.address.startsWith('127.'))
      .map(({ address, netmask }) => ({ interface: i, address, netmask })),
  );
}

function sameNetwork(a: OwnAddress, b: OwnAddress): boolean {
  if (a.netmask !== b.netmask) return false;
  return maskedBy(a.address, a.netmask) === maskedBy(b.address, b.netmask);
}

function maskedBy(address: string, netmask: string): string {
  const mask = netmask.split('.').map(Number);
  return address
    .split('.')
    .map((byte, i) => Number(byte) & (mask[i] ?? 0))
    .join('.');
}
