import { ChaosError } from '../errors.ts';
import { decodeAddress, dumpAddresses } from '../host/rtnetlink-address.ts';
import { decodeLink, dumpLinks } from '../host/rtnetlink-link.ts';
import type { StartedLab } from '../lab/lab.ts';
import { endpointsOf } from '../observe/lab-view.ts';
import { withSocket } from '../undo/network.ts';
import { isIpv4, type PacketProbeParams } from './traffic.ts';

/** '10.0.0.1/24' */
type AddressText = string;

/**
 * The address that a probe sends to. A node has it on its interfaces: the first one in a network that the sender is
 * in too, else the first one; interfaces in the order of the lab file's links, then as the kernel has them.
 */
export function targetAddress(lab: StartedLab, params: PacketProbeParams): string {
  if (params.address !== undefined) return params.address;
  if (isIpv4(params.to)) return params.to;
  const own = addressesOf(lab, params.to);
  const networks = new Set(addressesOf(lab, params.from).map(networkOf));
  const chosen = own.find((address) => networks.has(networkOf(address))) ?? own[0];
  if (chosen !== undefined) return withoutPrefix(chosen);
  throw new ChaosError('lab-failed', `node '${params.to}' has no IPv4 address to send to`, {
    hint: `give it one in the lab file, or give the probe an 'address:'`,
  });
}

/** Asked of the kernel by netlink, inside: no process, and interfaces that are not up (yet) count as well. */
function addressesOf(lab: StartedLab, name: string): readonly AddressText[] {
  const { links, addresses } = withSocket(lab.node(name), (socket) => ({
    links: socket.dump(dumpLinks(), decodeLink),
    addresses: socket.dump(dumpAddresses(), decodeAddress),
  }));
  const wired = endpointsOf(lab.topology, name).map((end) => end.interface);
  const rank = new Map(links.map((link) => [link.index, wired.indexOf(link.name)]));
  const place = (index: number): number => {
    const wiredAs = rank.get(index) ?? -1;
    return wiredAs < 0 ? Infinity : wiredAs;
  };
  return addresses
    .filter(({ address }) => isIpv4(withoutPrefix(address)) && !address.startsWith('127.'))
    .map(({ index, address }) => ({ place: place(index), address }))
    .sort((a, b) => (a.place === b.place ? 0 : a.place - b.place))
    .map(({ address }) => address);
}

function withoutPrefix(address: AddressText): string {
  return address.replace(/\/.*/, '');
}

/** '10.0.0.0/24' of '10.0.0.1/24' */
function networkOf(address: AddressText): string {
  const bits = Number(address.split('/')[1]);
  const value = withoutPrefix(address)
    .split('.')
    .reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const size = 2 ** (32 - bits);
  return `${Math.floor(value / size) * size}/${bits}`;
}
