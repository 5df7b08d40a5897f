import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { faultKinds } from '../../../src/fault/registry.ts';
import type { CraftedFrame } from '../../../src/wire/want.ts';

/** A capture file, libpcap format (pcap-savefile(5)), of one frame. */
function pcap({ hex, bytes }: CraftedFrame): Buffer {
  const frame = Buffer.alloc(bytes);
  frame.write(hex, 'hex');
  const header = Buffer.alloc(24 + 16);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20);
  header.writeUInt32LE(bytes, 32);
  header.writeUInt32LE(bytes, 36);
  return Buffer.concat([header, frame]);
}

/** What tcpdump says of the frames that a fault with these parameters sends. */
function tcpdump(kind: string, written: object): string {
  const fault = faultKinds[kind];
  assert.ok(fault?.acts === 'wire');
  const at = { link: 'l', direction: 'a>b' } as const;
  const wants = fault.wants(fault.schema.parse(written), at, 'f');
  const frames = wants.flatMap((want) => (want.kind === 'send' ? want.frames : []));
  assert.ok(frames.length > 0);
  return frames
    .map((frame) =>
      execFileSync('tcpdump', ['-r', '-', '-n', '-e', '-vvv', '-t'], {
        input: pcap(frame),
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'ignore'],
      }).replaceAll(/\s+/g, ' '),
    )
    .join('');
}

/** The frames of faults, read by somebody else. */
describe('crafted frames as tcpdump reads them', () => {
  const cases: readonly (readonly [kind: string, written: object, ...says: RegExp[]])[] = [
    ['superior-bpdu', { priority: 4096 },
      /^02:ca:06:00:00:01 > 01:80:c2:00:00:00, 802\.3, length 38: LLC, dsap STP \(0x42\) Individual, ssap STP \(0x42\) Command, ctrl 0x03: STP 802\.1d, Config, Flags \[none\], bridge-id 1000\.02:ca:06:00:00:01\.8001, length \d+ message-age 0\.00s, max-age 20\.00s, hello-time 2\.00s, forwarding-delay 15\.00s root-id 1000\.02:ca:06:00:00:01, root-pathcost 0/],
    ['superior-bpdu', { version: 'rstp' },
      /STP 802\.1w, Rapid STP, Flags \[Learn, Forward, Agreement\], bridge-id 0000\.02:ca:06:00:00:01\.8001/, /port-role Designated/],
    ['topology-change', {}, /STP 802\.1d, Topology Change/],
    ['rogue-vrrp', { group: 51, source: '10.0.0.9', addresses: '10.0.0.1' },
      /00:00:5e:00:01:33 > 01:00:5e:00:00:12/, /ttl 255.*proto VRRP \(112\)/,
      /10\.0\.0\.9 > 224\.0\.0\.18: VRRPv2, Advertisement, vrid 51, prio 255, authtype none, intvl 1s, length 20, addrs: 10\.0\.0\.1 $/],
    ['rogue-vrrp', { group: 51, version: 3, priority: 200, interval: '100ms', source: '10.0.0.9', addresses: ['10.0.0.1', '10.0.0.2'] },
      /VRRPv3, Advertisement, vrid 51, prio 200, intvl 10cs, length 16, addrs\(2\): 10\.0\.0\.1,10\.0\.0\.2/],
    ['rogue-vrrp', { group: 51, version: 3, source: 'fe80::9', addresses: 'fe80::1' },
      /33:33:00:00:00:12/, /hlim 255, next-header VRRP \(112\)/, /fe80::9 > ff02::12:.*VRRPv3, Advertisement, vrid 51, prio 255, intvl 100cs, length 24, addrs: fe80::1/],
    ['duplicate-ip', { address: '10.0.0.1' },
      /02:ca:06:00:00:01 > ff:ff:ff:ff:ff:ff, ethertype ARP.*Request who-has 10\.0\.0\.1 tell 10\.0\.0\.1/, /Reply 10\.0\.0\.1 is-at 02:ca:06:00:00:01/],
    ['mac-flapping', { of: 'aa:c1:ab:00:00:01' }, /^aa:c1:ab:00:00:01 > ff:ff:ff:ff:ff:ff, ethertype Unknown \(0x88b5\), length 60/],
    ['storm', { rate: '1k/s', size: '100B' }, /^02:ca:05:00:00:01 > ff:ff:ff:ff:ff:ff, .*length 100/],
    ['storm', { rate: '1k/s', of: 'multicast' }, /> 03:ca:05:00:00:02, /],
    ['storm', { rate: '1k/s', of: 'unknown-unicast' }, /> 02:ca:05:ff:ff:ff, /],
    ['storm', { rate: '1k/s', of: 'arp', size: '64B' }, /length 64: .*Request who-has 0\.0\.0\.0 tell 0\.0\.0\.0/],
  ]; // prettier-ignore
  for (const [kind, written, ...says] of cases) {
    it(`${kind} ${JSON.stringify(written)}`, () => {
      const said = tcpdump(kind, written);
      for (const pattern of says) assert.match(said, pattern);
      assert.doesNotMatch(said, /bad|incorrect|wrong|truncated|\[\|/);
    });
  }
});
