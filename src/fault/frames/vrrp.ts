import type { CraftedFrame } from '../../wire/want.ts';
import {
  checksum, ETHER_TYPE, ethernet, ipv4Bytes, ipv6Bytes, u16,
} from './ethernet.ts'; // prettier-ignore

/** IANA protocol number, and the groups and addresses of RFC 5798 5.1.1.2, 5.1.2.2 and 7.3 */
const VRRP = 112;
const GROUP = { ipv4: '224.0.0.18', ipv6: 'ff02::12' } as const;
const GROUP_MAC = { ipv4: '01:00:5e:00:00:12', ipv6: '33:33:00:00:00:12' } as const;
/** a router must throw away what has another (RFC 5798 5.1.1.3) */
const TTL = 255;
const ADVERTISEMENT = 1;

export interface VrrpAdvert {
  readonly version: 2 | 3;
  readonly group: number;
  readonly priority: number;
  readonly intervalNs: number;
  /** of the packet: the router's own address, not the virtual one */
  readonly source: string;
  readonly addresses: readonly string[];
}

export function isIpv6(address: string): boolean {
  return address.includes(':');
}

/** VRRPv2 (RFC 3768 5.1) or VRRPv3 over IPv4 or IPv6 (RFC 5798 5.1), from the virtual router's MAC address. */
export function vrrpAdvert(advert: VrrpAdvert): CraftedFrame {
  const family = isIpv6(advert.source) ? 'ipv6' : 'ipv4';
  const mac = `00:00:5e:00:0${family === 'ipv6' ? '2' : '1'}:${hexByte(advert.group)}`;
  const ip = family === 'ipv6' ? ipv6Packet(advert) : ipv4Packet(advert);
  return ethernet(GROUP_MAC[family], mac, ETHER_TYPE[family], ip);
}

function ipv4Packet(advert: VrrpAdvert): Buffer {
  const [source, group] = [ipv4Bytes(advert.source), ipv4Bytes(GROUP.ipv4)];
  const length = vrrpBytes(advert, 0).length;
  // version 2 has no pseudo header in its checksum
  const pseudo = advert.version === 2 ? [] : [source, group, Buffer.of(0, VRRP), u16(length)];
  const payload = vrrpBytes(advert, checksum(...pseudo, vrrpBytes(advert, 0)));
  const header = (sum: number): Buffer =>
    Buffer.concat([
      // precedence internetwork control, as routers send it
      Buffer.of(0x45, 0xc0),
      u16(20 + length),
      Buffer.of(0, 0, 0, 0, TTL, VRRP),
      u16(sum),
      source,
      group,
    ]);
  return Buffer.concat([header(checksum(header(0))), payload]);
}

function ipv6Packet(advert: VrrpAdvert): Buffer {
  const [source, group] = [ipv6Bytes(advert.source), ipv6Bytes(GROUP.ipv6)];
  const length = vrrpBytes(advert, 0).length;
  // RFC 8200 8.1
  const pseudo = [source, group, u16(0), u16(length), Buffer.of(0, 0, 0, VRRP)];
  const payload = vrrpBytes(advert, checksum(...pseudo, vrrpBytes(advert, 0)));
  const header = Buffer.concat([
    Buffer.of(0x6c, 0, 0, 0),
    u16(length),
    Buffer.of(VRRP, TTL),
    source,
    group,
  ]);
  return Buffer.concat([header, payload]);
}

function vrrpBytes(
  { version, group, priority, intervalNs, addresses }: VrrpAdvert,
  sum: number,
): Buffer {
  const interval =
    version === 2
      ? Buffer.of(0, Math.max(1, Math.round(intervalNs / 1e9)))
      : u16(Math.min(0x0fff, Math.max(1, Math.round(intervalNs / 1e7))));
  return Buffer.concat([
    Buffer.of((version << 4) | ADVERTISEMENT, group, priority, addresses.length),
    interval,
    u16(sum),
    ...addresses.map((address) => (isIpv6(address) ? ipv6Bytes(address) : ipv4Bytes(address))),
    // authentication data, which version 2 has and nobody reads
    ...(version === 2 ? [Buffer.alloc(8)] : []),
  ]);
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}
