import assert from 'node:assert/strict';
import type { MeasuredScenario } from './measured.ts';
import { bridge, captured, fping, near, nstat, number, portState, share } from './tool-output.ts';

const UP = /^eth\d@\S+ +UP .*LOWER_UP/;
const NO_CARRIER = /^eth\d@\S+ +DOWN .*NO-CARRIER/;
const VIP = /10\.0\.0\.254\/24/;
const ROGUE = '02:ca:06:00:00:01';

/** Faults on wires, measured by fping, ping, iperf3, tcpdump, ip, bridge, nstat and ss. */
export const wires: MeasuredScenario = {
  name: 'wires',
  scenario: 'wires.yml',
  measures: [
    {
      kind: 'impair',
      about: 'delay: fping sees 20 ms twice',
      check: (run) => {
        const { sent, received, min, max } = fping(run, 'late-fping');
        assert.deepEqual([sent, received], [50, 50]);
        assert.ok(min >= 40 && max < 41, `${min} to ${max} ms`);
      },
    },
    {
      kind: 'impair',
      about: 'jitter, normal: ping sees its mean and standard deviation, and no loss',
      check: (run) => {
        const rtt = /rtt min\/avg\/max\/mdev = [\d.]+\/([\d.]+)\/[\d.]+\/([\d.]+) ms/;
        const [, mean, deviation] = rtt.exec(run.told('uneven-ping')) ?? [];
        assert.match(run.told('uneven-ping'), /360 received, 0% packet loss/);
        // four standard errors of 360
        assert.ok(Math.abs(Number(mean) - 30) < (4 * 5) / Math.sqrt(360), mean);
        assert.ok(Math.abs(Number(deviation) - 5) < (4 * 5) / Math.sqrt(2 * 360), deviation);
      },
    },
    {
      kind: 'impair',
      about: 'loss: fping misses its share',
      check: (run) => {
        const { sent, received } = fping(run, 'lost-fping');
        assert.equal(sent, 1000);
        share(sent - received, sent, 0.3);
      },
    },
    {
      kind: 'impair',
      about: 'duplicate: ping gets its share of answers twice',
      check: (run) => {
        assert.match(run.told('twice-ping'), /150 received/);
        share(number(run, 'twice-ping', /\+(\d+) duplicates/), 150, 0.2);
      },
    },
    {
      kind: 'impair',
      about: 'corrupt: fping misses its share, and nstat of the receiver counts wrong checksums',
      check: (run) => {
        const lost = 300 - fping(run, 'damaged-fping').received;
        share(lost, 300, 0.2);
        const wrong = nstat(run, 'damaged-nstat', 'IcmpInCsumErrors');
        // a flipped bit may also hit the header of Ethernet or IP: such a frame is nobody's
        assert.ok(wrong > lost / 2 && wrong <= lost, `${wrong} of ${lost}`);
      },
    },
    {
      kind: 'impair',
      about: 'reorder: iperf3 receives datagrams out of order, and all of them',
      check: (run) => {
        // of frames every 10 ms one that skips 10 ms is on a par with the one before it: half of them come first
        const early = number(run, 'overtaken-iperf3', /(\d+) datagrams received out-of-order/);
        assert.ok(early > 200 * 0.25 * 0.25 && early < 200 * 0.25 * 1.25, String(early));
        assert.match(run.told('overtaken-iperf3'), / 0\/\d+ \(0%\) +receiver/);
      },
    },
    {
      kind: 'impair',
      about: 'rate and limit: iperf3 gets a megabit through, fping waits for the whole queue',
      check: (run) => {
        // 958 bytes of data in frames of 1000, which the rate counts
        const rate = number(run, 'narrow-iperf3', /([\d.]+) Kbits\/sec .*receiver/);
        near(rate, 1000 * 0.958, 0.03);
        const { max } = fping(run, 'narrow-fping');
        assert.ok(max > (18 * 8000) / 1000 && max < (22 * 8000) / 1000, `${max} ms`);
      },
    },
    {
      kind: 'impair',
      about: 'slot: what fping sends waits for the next slot, half of one on average',
      check: (run) => {
        const { received, average, max } = fping(run, 'slotted-fping');
        assert.equal(received, 150);
        assert.ok(max <= 51 && average > 20 && average < 35, `${average}, at most ${max} ms`);
      },
    },
    {
      kind: 'impair',
      about: 'loss under TCP: each lost segment is one retransmission, none is a local error',
      check: (run) => {
        const { seen, hit } = run.dose('tcp');
        const again = (counter: string): number =>
          nstat(run, 'tcp-after', counter) - nstat(run, 'tcp-before', counter);
        const retransmitted = again('TcpRetransSegs');
        assert.ok(hit > 40, `${hit} of ${seen}`);
        // one loss is one: a super-packet of forty segments would be forty; a lost probe for a tail is one too many
        assert.ok(Math.abs(retransmitted - hit) <= 0.1 * hit, `${retransmitted} for ${hit}`);
        assert.equal(again('IpOutDiscards'), 0);
        assert.equal(captured(run, 'tcp-larger'), 0, 'frames larger than the MTU');
        // what it carried, in segments of 1448: the rule met segments and not super-packets
        const megabytes = number(run, 'tcp-iperf3', /([\d.]+) MBytes .*sender/);
        near(seen, (megabytes * 2 ** 20) / 1448, 0.05);
        assert.match(run.told('tcp-ss'), /mss:1448 .*bytes_retrans:\d+/);
      },
    },
    {
      kind: 'drop',
      about: 'large packets only: fping of 84 bytes passes, fping of 1228 does not',
      check: (run) => {
        assert.equal(fping(run, 'mtu-small').received, 5);
        assert.equal(fping(run, 'mtu-large').received, 0);
      },
    },
    {
      kind: 'black-hole',
      about: 'fping gets nothing, and ip shows carrier at both ends',
      check: (run) => {
        const { sent, received } = fping(run, 'hole-fping');
        assert.deepEqual([sent, received], [10, 0]);
        for (const step of ['hole-h1', 'hole-sw-a']) assert.match(run.told(step), UP);
      },
    },
    {
      kind: 'carrier-loss',
      about: 'ip shows no carrier at either end, and carrier again afterwards',
      check: (run) => {
        for (const step of ['pulled-h1', 'pulled-sw-a']) assert.match(run.told(step), NO_CARRIER);
        assert.match(run.told('plugged-h1'), UP);
      },
    },
    {
      kind: 'admin-down',
      about: 'ip shows the interface shut, no carrier at the far end, and its address afterwards',
      check: (run) => {
        assert.match(run.told('shut-h1'), /^eth1@\S+ +DOWN .*<BROADCAST,MULTICAST>/);
        assert.match(run.told('shut-sw-a'), NO_CARRIER);
        assert.match(run.told('open-h1'), /^eth1@\S+ +UP +10\.0\.0\.11\/24/);
      },
    },
    {
      kind: 'partition',
      about: 'fping reaches its own side, and nobody of the other',
      check: (run) => {
        const reached = (step: string, ...last: readonly number[]): readonly number[] =>
          last.filter((byte) => fping(run, step, `10.0.0.${byte}`).received === 5);
        assert.deepEqual(reached('sides-h1', 1, 2, 12), [1]);
        assert.deepEqual(reached('sides-h2', 1, 2, 11), [2]);
      },
    },
    {
      kind: 'storm',
      about: 'tcpdump behind two switches counts every frame of three sorts',
      check: (run) => {
        for (const step of ['flood', 'asking', 'unknown']) {
          assert.equal(captured(run, `${step}-tcpdump`), 500, step);
        }
      },
    },
    {
      kind: 'superior-bpdu',
      about: 'tcpdump behind two switches reads another root bridge, and the real one afterwards',
      check: (run) => {
        const root = (step: string): string | undefined =>
          /root-id (\S+),/.exec(run.told(step))?.[1];
        assert.equal(root('superior-tcpdump'), `0000.${ROGUE}`);
        assert.match(root('root-before') ?? '', /^1000\.aa:c1:ab/);
        assert.equal(root('root-after'), root('root-before'));
      },
    },
    {
      kind: 'topology-change',
      about: 'ip shows the root telling everybody of a change, and no more afterwards',
      check: (run) => {
        const steps = ['changing-before', 'changing-sw-a', 'changing-after'];
        const changes = steps.map((step) => bridge(run, step, 'topology_change'));
        assert.deepEqual(changes, [0, 1, 0]);
      },
    },
    {
      kind: 'rogue-vrrp',
      about: 'ip shows the virtual address at neither keepalived, fping gets no answer from it',
      check: (run) => {
        for (const step of ['rogue-r1', 'rogue-r2']) assert.doesNotMatch(run.told(step), VIP);
        assert.equal(fping(run, 'rogue-fping', '10.0.0.254').received, 0);
        assert.match(run.told('rogue-over'), VIP);
        const log = run.logs.get('r1/keepalived') ?? '';
        assert.match(
          log,
          /\(first\) Master received advert from 10\.0\.0\.9 with higher priority 255/,
        );
      },
    },
    {
      kind: 'duplicate-ip',
      about: 'ip shows the wrong neighbor, fping gets no answer; and an answer afterwards',
      check: (run) => {
        assert.match(run.told('twin-r1'), new RegExp(`^10\\.0\\.0\\.12 .*lladdr ${ROGUE}`));
        assert.equal(fping(run, 'twin-fping').received, 0);
        assert.equal(fping(run, 'known-again').received, 1);
      },
    },
    {
      kind: 'mac-flapping',
      about: 'bridge shows the address at another port, and fping gets no answer',
      check: (run) => {
        const port = (step: string, mac: string): string | undefined =>
          new RegExp(`^${mac} dev (\\S+) `, 'm').exec(run.told(step))?.[1];
        const before = [...run.told('place-before').matchAll(/^(aa\S+) dev eth1 /gm)];
        const moved = before.filter(([, mac]) => port('moving-sw-a', mac ?? '') === 'eth3');
        assert.equal(moved.length, 1, run.told('moving-sw-a'));
        assert.equal(fping(run, 'moving-fping').received, 0);
      },
    },
    {
      kind: 'loop',
      about: 'joined ports: bridge shows that spanning tree blocks the better one',
      check: (run) => {
        assert.equal(portState(run, 'ports', 'eth3'), 'forwarding');
        assert.equal(portState(run, 'cable-ports', 'eth3'), 'blocking');
      },
    },
    {
      kind: 'loop',
      about: 'a deaf port: bridge shows it forwarding, tcpdump sees frames go round',
      check: (run) => {
        assert.equal(portState(run, 'ports', 'eth2'), 'blocking');
        assert.equal(portState(run, 'deaf-ports', 'eth2'), 'forwarding');
        // BPDUs and adverts alone are five a second
        assert.ok(captured(run, 'deaf-tcpdump') > 50);
      },
    },
  ],
};
