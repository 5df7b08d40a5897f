import assert from 'node:assert/strict';
import { compose } from '../../../src/wire/compose.ts';
import { faultCounters, type WireDevices } from '../../../src/wire/nft-text.ts';
import { nodeRuleset } from '../../../src/wire/nft-node-text.ts';
import { RoomRules } from '../../../src/wire/room-rules.ts';
import type { SteeredState } from '../../../src/wire/nft-text.ts';
import { RoomStations, type Station } from '../../../src/wire/room-station.ts';
import { steer } from '../../../src/wire/steering.ts';
import { PROTOCOL_CLASSES } from '../../../src/wire/want.ts';
import type { Direction, FrameClass, ProtocolClass, WireWant } from '../../../src/wire/want.ts';
import { arp, bpdu, ether, from, ipv4, ipv6, mld, ospf, tcp, udp } from './frames.ts';
import { RoomNamespace } from './room-namespace.ts';

const at = { link: 'dci', direction: 'a>b' } as const;

function states(wants: readonly WireWant[]): ReadonlyMap<string, SteeredState> {
  return new Map(
    [...compose(wants)].map(([key, state]) => [key, { ...state, steered: steer([], state) }]),
  );
}

const frame4 = (payload: Buffer, protocol: number): Buffer => ipv4(protocol, payload);

/** A frame of each sort, and the protocol classes that it is in. */
const FRAMES: readonly (readonly [name: string, frame: Buffer, classes: readonly ProtocolClass[]])[] = [
  ['BPDU', bpdu(), ['bpdu', 'multicast']],
  ['VRRP for IPv4', frame4(Buffer.alloc(20), 112), ['vrrp', 'ipv4']],
  ['VRRP for IPv6', ipv6(112, Buffer.alloc(20)), ['vrrp', 'ipv6']],
  ['OSPFv2 hello', ospf(2, 1), ['ospf', 'ospf-hello', 'ipv4']],
  ['OSPFv2 LS update', ospf(2, 4), ['ospf', 'ipv4']],
  ['OSPFv3 hello', ospf(3, 1), ['ospf', 'ospf-hello', 'ipv6']],
  ['BFD', frame4(udp(49152, 3784), 17), ['bfd', 'udp', 'ipv4']],
  ['BFD over IPv6', ipv6(17, udp(49152, 3784)), ['bfd', 'udp', 'ipv6']],
  ['BGP to the server', frame4(tcp(40000, 179), 6), ['bgp', 'tcp', 'ipv4']],
  ['BGP from the server', frame4(tcp(179, 40000), 6), ['bgp', 'tcp', 'ipv4']],
  ['BGP, both ports 179', frame4(tcp(179, 179), 6), ['bgp', 'tcp', 'ipv4']],
  ['other TCP', frame4(tcp(1179, 1791), 6), ['tcp', 'ipv4']],
  ['ARP request', arp(1, '10.0.0.1', '10.0.0.2'), ['arp', 'arp-request', 'broadcast']],
  ['ARP reply', arp(2, '10.0.0.2', '10.0.0.1', '02:00:00:00:00:0b'), ['arp', 'arp-reply']],
  ['gratuitous ARP request', arp(1, '10.0.0.7', '10.0.0.7'), ['arp', 'arp-request', 'garp', 'broadcast']],
  ['gratuitous ARP reply', arp(2, '10.0.0.8', '10.0.0.8'), ['arp', 'arp-reply', 'garp', 'broadcast']],
  ['ARP probe', arp(1, '0.0.0.0', '10.0.0.8'), ['arp', 'arp-request', 'broadcast']],
  ['ARP request for one who announced itself', arp(1, '10.0.0.1', '10.0.0.7'), ['arp', 'arp-request', 'broadcast']],
  ['IGMP', frame4(Buffer.alloc(8), 2), ['igmp', 'ipv4']],
  ['MLDv2 report', mld(143), ['mld', 'icmp', 'ipv6']],
  ['neighbour solicitation', ipv6(58, Buffer.from([135, 0, 0, 0, ...Buffer.alloc(20)])), ['icmp', 'ipv6']],
  ['corosync', frame4(udp(5405, 5405), 17), ['corosync', 'udp', 'ipv4']],
  ['ping', frame4(Buffer.alloc(8), 1), ['icmp', 'ipv4']],
  ['LLDP', ether('01:80:c2:00:00:0e', 0x88cc, Buffer.alloc(46)), ['multicast']],
  ['unknown broadcast', ether('ff:ff:ff:ff:ff:ff', 0x88b5, Buffer.alloc(46)), ['broadcast']],
  ['unknown unicast', ether('02:00:00:00:00:0b', 0x88b5, Buffer.alloc(46)), []],
]; // prettier-ignore

/** Where frames come into the room, and where they leave their node: the same frames, the same counters. */
for (const where of ['the room', 'a node'] as const)
  describe(`nft text in ${where}`, () => {
    let room: RoomNamespace;
    let stations: RoomStations;
    let station: Station;
    let rules: RoomRules;
    beforeEach(() => {
      room = new RoomNamespace();
      room.inside(() => {
        stations = new RoomStations();
      });
      station = stations.room;
      if (where === 'a node') {
        station = stations.ofNode('n', room.netnsFd);
        const ends = [
          { name: 'w1a', interface: 'n1' },
          { name: 'w1b', interface: 'n2' },
        ];
        room.inside(() => {
          station.nft.run(nodeRuleset(ends));
        });
      }
      rules = new RoomRules(() => station, deviceOf);
    });
    afterEach(() => {
      stations.close();
      room.close();
    });

    function deviceOf(_: string, direction: Direction): WireDevices {
      const [enters, leaves] = direction === 'a>b' ? ['w1a', 'w1b'] : ['w1b', 'w1a'];
      const own = direction === 'a>b' ? 'n1' : 'n2';
      return { enters, leaves: `"${where === 'a node' ? own : leaves}"`, place: station.rules };
    }

    const drop = where === 'a node' ? 'fwd to 2147483647' : 'drop';

    /** Goes from one set of wants to another. */
    function change(before: readonly WireWant[], after: readonly WireWant[]): void {
      // names of devices are looked up where the thread is
      room.inside(() => {
        rules.change(states(before), states(after));
      });
    }

    function seenAndHit(
      wants: readonly WireWant[],
      fault: string,
      quantity: string,
    ): [number, number] {
      const all = [...states(wants).values()].flatMap((state) => faultCounters(state, 'w1a'));
      const own = all.find((each) => each.fault === fault && each.quantity === quantity);
      const counters = room.counters();
      return [counters.get(own?.seen ?? '') ?? NaN, counters.get(own?.hit ?? '') ?? NaN];
    }

    it('selects exactly the frames of each class', () => {
      const wants = PROTOCOL_CLASSES.map((protocol): WireWant => ({
      ...at, kind: 'drop', fault: protocol, match: { protocol }, ratio: 0,
    })); // prettier-ignore
      change([], wants);
      const [state] = [...states(wants).values()];
      const nameOf = new Map(faultCounters(state!, 'w1a').map(({ fault, seen }) => [fault, seen]));
      const seen = (): Map<string, number | undefined> => {
        const counters = room.counters();
        return new Map(
          PROTOCOL_CLASSES.map((each) => [each, counters.get(nameOf.get(each) ?? '')]),
        );
      };
      let before = seen();
      for (const [name, frame, classes] of FRAMES) {
        room.send('n1', [frame]);
        const after = seen();
        const met = PROTOCOL_CLASSES.filter(
          (protocol) => after.get(protocol) !== before.get(protocol),
        );
        assert.deepEqual([...met].sort(), [...classes].sort(), name);
        before = after;
      }
      assert.equal(room.counters().get('n2'), FRAMES.length, 'all of them pass');
    });

    it('impairs the same frames, and drops them one way only', () => {
      const size = 4;
      for (let from = 0; from < PROTOCOL_CLASSES.length; from += size) {
        const classes = PROTOCOL_CLASSES.slice(from, from + size);
        const wants = classes.flatMap((protocol): WireWant[] => [
        { ...at, kind: 'impair', fault: `i-${protocol}`, match: { protocol }, impairment: { delayNs: 1e6 } },
        { ...at, kind: 'drop', fault: `d-${protocol}`, match: { protocol }, ratio: 0 },
      ]); // prettier-ignore
        change([], wants);
        room.send('n1', FRAMES.map(([, frame]) => frame)); // prettier-ignore
        room.send('n2', FRAMES.map(([, frame]) => frame)); // prettier-ignore
        for (const protocol of classes) {
          const inside = FRAMES.filter(([, , of]) => of.includes(protocol)).length;
          assert.ok(inside > 0 && inside < FRAMES.length, protocol);
          assert.deepEqual(seenAndHit(wants, `d-${protocol}`, 'loss')[0], inside, protocol);
          assert.deepEqual(seenAndHit(wants, `i-${protocol}`, 'impair')[0], inside, protocol);
        }
        change(wants, []);
      }
    });

    const flows: readonly (readonly [string, FrameClass, Buffer, Buffer])[] = [
    ['addresses and ports of UDP', { flow: { source: '10.0.0.1', destination: '10.0.0.0/24', ipProtocol: 'udp', destinationPort: 53 } }, ipv4(17, udp(9, 53)), ipv4(6, tcp(9, 53))],
    ['a source address', { flow: { source: '10.0.0.1' } }, ipv4(17, udp(1, 1)), ipv4(17, udp(1, 1), '10.0.0.3')],
    ['a port of any protocol', { flow: { sourcePort: 7 } }, ipv4(6, tcp(7, 9)), ipv4(6, tcp(9, 7))],
    ['an IPv6 address', { flow: { source: 'fd00::1', ipProtocol: 'udp' } }, ipv6(17, udp(1, 2)), ipv4(17, udp(1, 2))],
    ['the sender of ARP', { protocol: 'arp', flow: { source: '10.0.0.1' } }, arp(1, '10.0.0.1', '10.0.0.2'), arp(1, '10.0.0.2', '10.0.0.1')],
    ['gratuitous ARP of one address', { protocol: 'garp', flow: { source: '10.0.0.7' } }, arp(1, '10.0.0.7', '10.0.0.7'), arp(1, '10.0.0.8', '10.0.0.8')],
    ['IP packets larger than 1400 bytes', { largerThanBytes: 1400 }, ipv4(17, udp(1, 1, 1401 - 28)), ipv4(17, udp(1, 1, 1400 - 28))],
    ['frames of some senders', { sourceMacs: ['02:00:00:00:00:07', '02:00:00:00:00:0a'] }, bpdu(), from('02:00:00:00:00:0b', bpdu())],
    ['large UDP', { protocol: 'udp', largerThanBytes: 1400 }, ipv4(17, udp(1, 1, 2000)), ipv4(1, Buffer.alloc(2000))],
  ]; // prettier-ignore
    for (const [name, match, inside, outside] of flows) {
      it(`drops ${name} and nothing else`, () => {
        const wants: WireWant[] = [{ ...at, kind: 'drop', fault: 'f', match, ratio: 1 }];
        change([], wants);
        room.send('n1', [inside, outside, inside, outside, outside]);
        assert.deepEqual(seenAndHit(wants, 'f', 'loss'), [2, 2]);
        assert.equal(room.counters().get('n2'), 3);
      });
    }

    it('cuts one direction, counts it for each fault that does, and opens it again', () => {
      const wants: WireWant[] = ['one', 'two'].map((fault) => ({ ...at, kind: 'cut', fault }));
      const frames = Array.from({ length: 10 }, () => ipv4(17, udp(1, 1)));
      change([], wants);
      room.send('n1', frames);
      room.send('n2', frames);
      assert.deepEqual(seenAndHit(wants, 'one', 'cut'), [10, 10]);
      assert.deepEqual(seenAndHit(wants, 'two', 'cut'), [10, 10]);
      assert.deepEqual([room.counters().get('n1'), room.counters().get('n2')], [10, 0]);
      change(wants, []);
      room.send('n1', frames);
      assert.equal(room.counters().get('n2'), 10);
      change([], wants.slice(0, 1));
      room.send('n1', frames);
      assert.deepEqual(seenAndHit(wants, 'one', 'cut'), [20, 20], 'a counter goes on where it was');
    });

    it('loses and copies with the probability that is asked, each fault for itself', () => {
      const wants: WireWant[] = [
        { ...at, kind: 'drop', fault: 'a', match: {}, ratio: 0.3 },
        { ...at, kind: 'drop', fault: 'b', match: {}, ratio: 0.2 },
        { ...at, kind: 'impair', fault: 'c', match: {}, impairment: { duplicateRatio: 0.1 } },
        { ...at, kind: 'impair', fault: 'd', match: {}, impairment: { duplicateRatio: 0.2 } },
      ];
      change([], wants);
      const n = 20_000;
      const frame = ipv4(17, udp(1, 1));
      for (let i = 0; i < n / 100; i++)
        room.send(
          'n1',
          Array.from({ length: 100 }, () => frame),
        );
      const [seenA, hitA] = seenAndHit(wants, 'a', 'loss');
      const [seenB, hitB] = seenAndHit(wants, 'b', 'loss');
      const [seenC, hitC] = seenAndHit(wants, 'c', 'duplicate');
      const [seenD, hitD] = seenAndHit(wants, 'd', 'duplicate');
      assert.deepEqual([seenA, seenB, seenC, seenD], [n, n - hitA, seenB - hitB, seenB - hitB]);
      // five standard errors: numgen has no seed of its own
      const within = (hit: number, seen: number, p: number): void => {
        assert.ok(
          Math.abs(hit / seen - p) < 5 * Math.sqrt((p * (1 - p)) / seen),
          `${String(hit)} of ${String(seen)}`,
        );
      };
      within(hitA, seenA, 0.3);
      within(hitB, seenB, 0.2);
      within(hitC, seenC, 0.1);
      within(hitD, seenD, 0.2);
      const copies = (room.counters().get('n2') ?? 0) - seenC;
      within(copies, seenC, 1 - 0.9 * 0.8);
    });

    it('makes the rules of a state once, ahead of it, and jumps to them', () => {
      const wants: WireWant[] = [{ ...at, kind: 'cut', fault: 'hole' }];
      const chains = (): string[] =>
        [
          ...room
            .run('nft', ['list', 'table', 'netdev', station.rules.table])
            .matchAll(/chain (f_w1a\S*)/gu),
        ].map(([, name = '']) => name);
      rules.warmUp(states(wants).values());
      const frames = [ipv4(17, udp(1, 1))];
      room.send('n1', frames);
      assert.equal(room.counters().get('n2'), 1, 'nothing leads there yet');
      for (let k = 0; k < 3; k++) {
        change([], wants);
        assert.deepEqual(rules.readBack(at), ['counter name "c_w1a_hole"', drop]);
        room.send('n1', frames);
        change(wants, []);
        assert.deepEqual(rules.readBack(at), []);
      }
      assert.deepEqual(chains(), ['f_w1a', 'f_w1a_1']);
      assert.deepEqual(seenAndHit(wants, 'hole', 'cut'), [3, 3]);
    });

    it('keeps no more than 256 sets of rules for a hook', () => {
      const vrrpLoss = (k: number): WireWant[] => [
        { ...at, kind: 'drop', fault: 'f', match: {}, ratio: k / 1000 },
      ];
      for (let k = 0; k < 300; k++) change(vrrpLoss(k), vrrpLoss(k + 1));
      const listed = room.run('nft', ['list', 'table', 'netdev', station.rules.table]);
      assert.equal([...listed.matchAll(/chain f_w1a_/gu)].length, 256);
      assert.match(rules.readBack(at).join(), /numgen random mod 1000000 < 300000 /);
      change(vrrpLoss(300), vrrpLoss(1));
      assert.match(rules.readBack(at).join(), /numgen random mod 1000000 < 1000 /);
    });

    it('changes nothing when the kernel refuses one of several', () => {
      const wants: WireWant[] = [{ ...at, kind: 'cut', fault: 'hole' }];
      change([], wants);
      assert.throws(() => {
        room.inside(() => {
          station.switchChains([
            { from: 'f_w1a', to: null },
            { from: 'f_w1b', to: 'nowhere' },
          ]);
        });
      }, /nowhere/);
      assert.deepEqual(rules.readBack(at), ['counter name "c_w1a_hole"', drop]);
    });
  });
