import assert from 'node:assert/strict';
import { BPF, assemble } from '../../../src/host/classic-bpf.ts';
import { CONTROL_TRAFFIC, SNAP_BYTES } from '../../../src/host/packet-capture.ts';
import { arp, bpdu, ether, ipv4, ipv6, ospf, tcp, udp } from '../../lab/wire/frames.ts';

/** What the kernel's interpreter does with such a program; a load beyond the frame ends it with 0. */
function run(program: Buffer, frame: Buffer): number {
  let [a, x] = [0, 0];
  for (let at = 0; ; at++) {
    const code = program.readUInt16LE(8 * at);
    const k = program.readUInt32LE(8 * at + 4);
    const jump = (condition: boolean): void => {
      at += program.readUInt8(8 * at + (condition ? 2 : 3));
    };
    try {
      if (code === BPF.LOAD_WORD) a = frame.readUInt32BE(k);
      else if (code === BPF.LOAD_HALF) a = frame.readUInt16BE(k);
      else if (code === BPF.LOAD_BYTE) a = frame.readUInt8(k);
      else if (code === BPF.LOAD_HALF_INDEXED) a = frame.readUInt16BE(x + k);
      else if (code === BPF.LOAD_HEADER_LENGTH) x = 4 * (frame.readUInt8(k) & 0xf);
      else if (code === BPF.JUMP_EQUAL) jump(a === k);
      else if (code === BPF.JUMP_SET) jump((a & k) !== 0);
      else if (code === BPF.RETURN) return k;
      else assert.fail(`opcode ${String(code)}`);
    } catch (error) {
      if (error instanceof RangeError) return 0;
      throw error;
    }
  }
}

/** An IPv4 frame whose fragment offset is not 0. */
function laterFragment(): Buffer {
  const frame = ipv4(17, udp(49152, 3784));
  frame.writeUInt16BE(185, 20);
  return frame;
}

/** An IPv4 header with options: the ports come later. */
function withOptions(): Buffer {
  const plain = ipv4(17, udp(49152, 3784));
  const frame = Buffer.concat([plain.subarray(0, 34), Buffer.alloc(8, 1), plain.subarray(34)]);
  frame.writeUInt8(0x47, 14);
  return frame;
}

const FRAMES: readonly (readonly [name: string, frame: Buffer, taken: boolean])[] = [
  ['BPDU', bpdu(), true],
  ['ARP', arp(1, '10.0.0.1', '10.0.0.2'), true],
  ['VRRP', ipv4(112, Buffer.alloc(20)), true],
  ['VRRP for IPv6', ipv6(112, Buffer.alloc(20)), true],
  ['OSPF', ospf(2, 1), true],
  ['OSPFv3', ospf(3, 1), true],
  ['BFD', ipv4(17, udp(49152, 3784)), true],
  ['BFD behind IP options', withOptions(), true],
  ['BFD over IPv6', ipv6(17, udp(49152, 3784)), true],
  ["a later fragment with BFD's port where ports would be", laterFragment(), false],
  ['other UDP', ipv4(17, udp(49152, 53)), false],
  ["UDP from BFD's port", ipv4(17, udp(3784, 49152)), false],
  ['TCP', ipv4(6, tcp(40000, 3784)), false],
  ['other IPv6', ipv6(58, Buffer.alloc(24)), false],
  [
    'LLDP, to a neighbour of the BPDU address',
    ether('01:80:c2:00:00:0e', 0x88cc, Buffer.alloc(46)),
    false,
  ],
  ['a frame of 14 bytes', Buffer.alloc(14), false],
];

describe('the filter of the capture', () => {
  const program = assemble(CONTROL_TRAFFIC);
  for (const [name, frame, taken] of FRAMES) {
    it(`${taken ? 'takes' : 'leaves'} ${name}`, () => {
      assert.equal(run(program, frame), taken ? SNAP_BYTES : 0);
    });
  }
});

describe('assemble', () => {
  it('turns labels into distances', () => {
    const program = assemble([
      { code: BPF.JUMP_EQUAL, k: 7, yes: 'end', no: '' },
      { code: BPF.RETURN, k: 1 },
      { label: 'end' },
      { code: BPF.RETURN, k: 2 },
    ]);
    assert.equal(program.toString('hex'), '15000100070000000600000001000000' + '0600000002000000');
  });

  it('refuses a label that is unknown or behind', () => {
    const step = { code: BPF.JUMP_EQUAL, k: 0, yes: 'back' };
    assert.throws(() => assemble([step]), /cannot jump to 'back'/);
    assert.throws(() => assemble([{ label: 'back' }, step]), /cannot jump to 'back'/);
  });
});
