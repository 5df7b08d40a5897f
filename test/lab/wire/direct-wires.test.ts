import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { WireWant } from '../../../src/wire/want.ts';
import { arp, bpdu, ipv4, udp } from './frames.ts';
import { RoomLab, type DoseReport } from './room-lab.ts';

/** Links that somebody else has made between two nodes, on the host kernel: what needs no netem. Needs root. */

const AB = { link: 'l1', direction: 'a>b', fault: 'f' } as const;

const THEIRS = `table netdev mine {
  chain out { type filter hook egress device "eth1" priority 10; ether type ip6 counter drop; }
}
table inet filter {
  chain input { type filter hook input priority 0; policy accept; tcp dport 22 accept; }
}
`;

describe('direct wires', function () {
  this.timeout(30_000);
  let lab: RoomLab;
  let untouched: readonly string[];

  before(function () {
    if (process.getuid?.() !== 0) this.skip();
  });

  beforeEach(async () => {
    lab = await RoomLab.start();
    join('n1', 'n2');
    untouched = state();
    await lab.room.addWires([{ ...lab.spec('l1', 'n1', 'n2'), isDirect: true }]);
  });

  afterEach(async () => {
    await lab.close();
  });

  /** As containerlab does; a has a root qdisc of its own, both have rules. */
  function join(a: string, b: string): void {
    const fd = (name: string): string =>
      `/proc/${String(process.pid)}/fd/${String(lab.node(name))}`;
    const peer = ['peer', 'name', 'eth1', 'netns', fd(b)];
    lab.ip(a, 'link', 'add', 'eth1', 'type', 'veth', ...peer);
    for (const [node, address] of [
      [a, '10.0.0.1/24'],
      [b, '10.0.0.2/24'],
    ] as const) {
      lab.ip(node, 'link', 'set', 'eth1', 'up');
      lab.ip(node, 'addr', 'add', address, 'dev', 'eth1');
      tool(node, 'nft', '-f', '-');
    }
    tool(b, 'tc', 'qdisc', 'add', 'dev', 'eth1', 'root', 'handle', '7:', 'pfifo', 'limit', '77');
  }

  function tool(node: string, command: string, ...args: readonly string[]): string {
    const input = args.at(-1) === '-' ? THEIRS : undefined;
    return lab.in(node, () => execFileSync(command, args, { encoding: 'utf8', input }));
  }

  /** All of both nodes that somebody could have changed; counters of the kernel apart. */
  function state(): readonly string[] {
    return ['n1', 'n2'].flatMap((node) => [
      tool(node, 'nft', '-s', 'list', 'ruleset'),
      tool(node, 'tc', 'qdisc', 'show'),
      tool(node, 'ip', '-d', 'link', 'show'),
      tool(node, 'ip', 'address', 'show'),
      tool(node, 'ip', 'route', 'show', 'table', 'all'),
    ]);
  }

  async function doses(): Promise<readonly DoseReport[]> {
    const from = lab.reports.length;
    await lab.room.readDoses();
    return lab.reports.slice(from).filter((each) => each.type === 'dose');
  }

  function ping(): string {
    const args = ['-n', '-c', '3', '-i', '0.02', '-W', '0.3', '10.0.0.2'];
    try {
      return tool('n1', 'ping', ...args);
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  }

  it('lose, one way, what they are asked to lose, and count it', async () => {
    assert.match(ping(), /3 received/);
    const edge = await lab.edge('1', [{ ...AB, kind: 'cut' }]);
    assert.deepEqual(edge.inForce, [
      { link: 'l1', direction: 'a>b', readBack: 'counter name "c_w1a_f"; fwd to 2147483647' },
    ]);
    assert.match(ping(), / 0 received/);
    const [dose] = await doses();
    assert.equal(dose?.quantity, 'cut');
    assert.ok(dose.hit >= 3 && dose.hit === dose.seen, JSON.stringify(dose));
    await lab.edge('2', []);
    assert.match(ping(), /3 received/);
  });

  it('lose frames without the sender being told', async () => {
    await lab.edge('1', [{ ...AB, kind: 'drop', match: { protocol: 'udp' }, ratio: 1 }]);
    // IP_RECVERR makes the kernel tell of a queue that is full
    const send = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(0, 11, 1)
print([s.sendto(b"x" * 600, ("10.0.0.2", 9)) for _ in range(3)])`;
    assert.equal(tool('n1', 'python3', '-c', send).trim(), '[600, 600, 600]');
    assert.equal((await doses())[0]?.hit, 3);
  });

  it('show control frames before any fault, and those that arrive', async () => {
    const frames = [bpdu(), arp(1, '10.0.0.1', '10.0.0.2'), ipv4(112, Buffer.alloc(20)), ipv4(17, udp(1, 2))]; // prettier-ignore
    const seen = async (stage: 'in' | 'out', count: number, from: number): Promise<Buffer[]> => {
      const found: Buffer[] = [];
      await lab.until(
        `${String(count)} frames ${stage}`,
        (report) => {
          if (report.type !== 'frame' || report.stage !== stage) return undefined;
          // the neighbour answers
          if (report.direction !== 'a>b') return undefined;
          assert.ok(report.tNs > 0 && report.tNs <= lab.room.now());
          found.push(Buffer.from(report.bytes));
          return found.length === count ? true : undefined;
        },
        from,
      );
      return found;
    };
    const control = frames.slice(0, 3);
    let from = lab.reports.length;
    for (const frame of frames) lab.sendFrame('n1', 'eth1', frame);
    assert.deepEqual(await seen('in', 3, from), control);
    assert.deepEqual(await seen('out', 3, from), control);
    await lab.edge('1', [{ ...AB, kind: 'drop', match: { protocol: 'vrrp' }, ratio: 1 }]);
    from = lab.reports.length;
    for (const frame of frames) lab.sendFrame('n1', 'eth1', frame);
    assert.deepEqual(await seen('in', 3, from), control);
    assert.deepEqual(await seen('out', 2, from), control.slice(0, 2));
  });

  it('copy, and a copy is not copied again', async () => {
    const copy: WireWant = { ...AB, kind: 'impair', match: { protocol: 'icmp' }, impairment: { duplicateRatio: 1 } }; // prettier-ignore
    await lab.edge('1', [copy]);
    assert.match(ping(), /3 received, \+2 duplicates|3 received, \+3 duplicates/);
    const [dose] = (await doses()).filter(({ quantity }) => quantity === 'duplicate');
    assert.deepEqual([dose?.seen, dose?.hit], [3, 3]);
  });

  it('survive a node that flushes its rules', async () => {
    assert.match(ping(), /3 received/);
    await lab.edge('1', [{ ...AB, kind: 'cut' }]);
    tool('n1', 'nft', 'flush', 'ruleset');
    assert.match(ping(), / 0 received/);
    await lab.edge('2', []);
    assert.match(ping(), /3 received/);
    tool('n1', 'nft', '-f', '-');
  });

  it('leave everything as it was, byte for byte', async () => {
    await lab.edge('1', [
      { ...AB, kind: 'cut' },
      { ...AB, direction: 'b>a', kind: 'drop', match: {}, ratio: 0.5 },
    ]);
    ping();
    assert.notDeepEqual(state(), untouched);
    // even without a last edge: the rules end with who made them
    await lab.room.close();
    assert.deepEqual(state(), untouched);
  });
});
