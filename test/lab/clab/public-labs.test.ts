import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { chaosRun, measure, onlyReport } from '../run/chaos-run.ts';
import { LabsByCli } from './lab-by-cli.ts';

const LABS = 'test/lab/clab/labs';

describe("other people's labs on the host kernel", function () {
  this.timeout(180_000);
  let labs: LabsByCli;

  before(function () {
    if (LabsByCli.missing() !== undefined) this.skip();
    labs = new LabsByCli();
  });
  after(() => {
    labs.end();
  });

  it('ospf-ring: hosts behind two routers of a ring reach each other', async () => {
    labs.up(`${LABS}/ospf-ring/ospf-ring.clab.yml`, 'ring');
    await labs.eventually('ring', 'u1', 'ping', '-c1', '-W1', '10.3.0.10');
    const { out } = labs.exec('ring', 'r1', 'vtysh', '-c', 'show ip ospf neighbor json');
    assert.deepEqual(Object.keys((JSON.parse(out) as { neighbors: object }).neighbors).sort(), [
      '10.255.0.2',
      '10.255.0.3',
    ]);
    labs.down('ring');
  });

  it("exchange: every member has every other's route, over a bridge that the lab names", async () => {
    labs.up(`${LABS}/exchange/exchange.clab.yml`, 'exchange');
    for (const other of ['10.0.0.2', '10.0.0.3']) {
      await labs.eventually('exchange', 'peer1', 'ping', '-c1', '-W1', '-I', '10.0.0.1', other);
    }
    const { out } = labs.exec('exchange', 'peer1', 'ip', '-json', 'route', 'show', 'proto', 'bgp');
    assert.deepEqual(
      (JSON.parse(out) as { dst: string; gateway: string }[]).map(({ dst, gateway }) => [
        dst,
        gateway,
      ]),
      [
        ['10.0.0.2', '192.168.0.2'],
        ['10.0.0.3', '192.168.0.3'],
      ],
    );
    labs.down('exchange');
  });

  it('stretched-lan: two hosts are in one LAN, through VXLAN between two routed leaves', async () => {
    const { err } = labs.up(`${LABS}/stretched-lan/stretched-lan.clab.yml`, 'stretched');
    assert.doesNotMatch(err, /exec/);
    await labs.eventually('stretched', 'host-a', 'ping', '-c1', '-W1', '192.168.100.20');
    const { out } = labs.exec('stretched', 'host-a', 'ip', 'neighbor', 'show', '192.168.100.20');
    // the other host's own address: no router between them
    const other = labs.exec('stretched', 'host-b', 'cat', '/sys/class/net/eth1/address').out.trim();
    assert.match(out, new RegExp(other));
    labs.down('stretched');
  });

  it('flat-switch: nodes made from one another are three nodes with three addresses', () => {
    labs.up(`${LABS}/flat-switch/flat-switch.clab.yml`, 'flat');
    for (const address of ['10.66.0.11', '10.66.0.13']) {
      const said = labs.exec('flat', 'attacker', 'ping', '-c1', '-W2', address);
      assert.equal(said.code, 0, said.out);
    }
    const { out } = labs.exec('flat', 'attacker', 'sh', '-c', 'echo $SEGMENT $TOOLS');
    assert.equal(out, 'lab yes\n');
    labs.down('flat');
  });

  it('edge-firewall: one client is let through, the other is refused, and the lab wrote only to itself', async () => {
    const left = ['/srv/state', '/opt/greeting', '/var/tmp/counters'];
    for (const file of left) rmSync(file, { force: true });
    labs.up(`${LABS}/edge-firewall/lab/edge-firewall.clab.yml`, 'edge');
    const url = 'http://10.20.0.10:8080/greeting';
    const fetched = await labs.eventually('edge', '1', 'curl', '-s', '-m', '3', url);
    assert.equal(fetched.out, "IT'S UP\n");
    assert.equal(labs.exec('edge', '2', 'curl', '-s', '-m', '3', url).code, 7);
    assert.equal(labs.exec('edge', 'fw', 'cat', '/srv/state').out, 'tables=1\n');
    for (const file of left) assert.equal(existsSync(file), false, `${file} is on the machine`);
    labs.down('edge');
  });
});

describe("other people's labs in the embedded kernel", function () {
  this.timeout(300_000);
  const where = ['--kernel', 'embedded', '--clock', 'warp', '--seed', '1'];

  it("slow-gateway: the lab's own qdisc delays, and a fault adds to it", async () => {
    const run = await chaosRun(`${LABS}/slow-gateway/slow-gateway.chaos.yml`, ...where);
    assert.equal(run.code, 0, run.output);
    const own = measure(onlyReport(run), 'own');
    const both = measure(onlyReport(run), 'both');
    // 150 ms by netem at gw1:eth1; 40 ms more each way; forwarding takes no time in the warp clock, but for timer ticks
    assert.ok(own >= 150 && own < 151, `${own} ms`);
    assert.ok(both >= 230 && both < 231, `${both} ms`);
  });

  it('shell-router: routers that shell commands configure and start again', async () => {
    const run = await chaosRun(`${LABS}/shell-router/shell-router.chaos.yml`, ...where);
    assert.equal(run.code, 0, run.output);
    assert.equal(onlyReport(run).verdict.outcome, 'pass');
  });
});
