import assert from 'node:assert/strict';
import { machineForSuite, type Ended } from '../machine-with-docker.ts';

const HERE = '/opt/chaos/test/lab/machine/attached';
const NODES = ['r1', 'r2', 'r3'] as const;

interface Report {
  readonly verdict: { readonly outcome: string; readonly reason: string };
  readonly dose: { readonly outcome: string; readonly problems: readonly string[] };
  readonly clean: { readonly outcome: string; readonly left: readonly string[] };
  readonly notes: readonly string[];
  readonly run: { readonly driver: string };
  readonly faults: readonly {
    readonly step: string;
    readonly doses: readonly {
      readonly way: string;
      readonly quantity: string;
      readonly seen: number;
      readonly hit: number;
      readonly judged: string;
    }[];
  }[];
}

/** Somebody's lab, deployed with the stock containerlab on a machine with Docker: the embedded kernel plays it. */
describe('a lab that runs already', function () {
  this.timeout(1_200_000);
  const machine = machineForSuite();

  before(deploy);

  async function deploy(): Promise<void> {
    const script = `mkdir -p /root/labs && cd /root/labs && cp -r ${HERE}/ring . && cd ring &&
      CLAB_VERSION_CHECK=disable $(ls -d /opt/cache/chaos/containerlab/*/containerlab) deploy --topo ring.clab.yml`;
    await must('sh', '-c', script);
    for (const node of NODES) {
      const settled = `vtysh -c "show ip ospf neighbor" 2>/dev/null | grep -c Full`;
      await must('timeout', '90', 'sh', '-c', `until [ "$(docker exec clab-ring-${node} sh -c '${settled}')" = 2 ]; do sleep 1; done`); // prettier-ignore
    }
  }

  async function must(...argv: readonly string[]): Promise<string> {
    const done = await machine().run(...argv);
    assert.equal(done.code, 0, done.output);
    return done.stdout;
  }

  const inNode = (node: string, command: string): Promise<string> =>
    must('docker', 'exec', `clab-ring-${node}`, 'sh', '-c', command);

  /** Read by the node's own programs: nothing of ours has a part in it. */
  const LOOKS: Readonly<Record<string, string>> = {
    rules: 'nft -s list ruleset',
    queues: 'tc qdisc show',
    links: 'ip -d link show',
    addresses: 'ip address show',
    // a line for a route: those of OSPF may still come, with all of their next hops
    routes: 'ip -o route show table all | grep -v "proto ospf" | sort',
    policy: 'ip rule show',
    settings: 'sysctl -a 2>/dev/null | grep ^net | grep -v stable_secret | grep -v "route.*gc"',
    config: 'vtysh -c "show running-config"',
    daemons: 'ps ax -o args= | grep /usr/lib/frr | grep -v grep | sort -u',
    stopped: 'ps ax -o stat=,args= | grep ^T || true',
  };

  /** By node and what was looked at. */
  async function look(): Promise<Readonly<Record<string, string>>> {
    const script = Object.values(LOOKS).join('; echo @@@; ');
    const seen: Record<string, string> = {};
    for (const node of NODES) {
      const parts = (await inNode(node, script)).split('@@@\n');
      for (const [k, what] of Object.keys(LOOKS).entries())
        seen[`${node} ${what}`] = parts[k] ?? '';
    }
    return seen;
  }

  /** A queue, rules, a route; what asks a daemon that stands still waits for it. */
  async function actsInR1(): Promise<void> {
    const seen = await inNode('r1', 'tc qdisc show; nft list tables; ip rule show');
    assert.match(
      seen,
      /tbf ca01:.*netem ca10:.*table netdev chaos.*198\.51\.100\.0\/24 blackhole/s,
    );
  }

  const reportOf = async (directory: string): Promise<Report> =>
    JSON.parse(await machine().read(`${directory}/report.json`)) as Report;

  function sayCode(done: Ended, code: number): void {
    assert.equal(done.code, code, done.output);
  }

  it('is planned with its limits, and without touching it', async () => {
    const before = await look();
    const plan = await machine().chaos('plan', `${HERE}/faults.yml`);
    sayCode(plan, 0);
    assert.match(
      plan.stdout,
      /attached {2}lab ring runs already: nothing is deployed or destroyed/,
    );
    assert.match(plan.stdout, /r3:eth2: no delay, jitter or rate there: r3:eth2 has a root qdisc of its own \(pfifo 7:\), which is kept/); // prettier-ignore
    assert.deepEqual(await look(), before);
  });

  it('gets faults, shows what they do, and is as it was', async () => {
    const before = await look();
    const around = await machine().look();
    const done = await machine().chaos('run', `${HERE}/faults.yml`, '--out', '/root/faults');
    const report = await reportOf('/root/faults');
    assert.equal(report.verdict.outcome, 'pass', `${done.output}\n${JSON.stringify(report.clean)}`);
    sayCode(done, 0);
    assert.equal(report.run.driver, 'attach');
    assert.deepEqual(report.clean, { outcome: 'clean', left: [] });
    assert.equal(report.dose.outcome, 'delivered', JSON.stringify(report.dose));
    assert.ok(report.notes.some((note) => note.startsWith('Lab ring runs already')));
    const doses = report.faults.flatMap((fault) =>
      fault.doses.map((dose) => ({ step: fault.step, ...dose })),
    );
    const lossy = doses.filter(({ step, quantity }) => step === 'lossy' && quantity === 'loss');
    assert.deepEqual(
      lossy.map(({ judged }) => judged),
      ['as-asked', 'as-asked'],
    );
    const silent = doses.filter(({ step }) => step === 'silent');
    assert.deepEqual(silent.map(({ way, judged }) => [way, judged]), [['r1:eth1 -> r2:eth1', 'as-asked']]); // prettier-ignore
    assert.ok((silent[0]?.hit ?? 0) >= 7, JSON.stringify(silent));
    assert.deepEqual(await look(), before);
    assert.deepEqual(await machine().look(), around);
  });

  it('is as it was after Ctrl-C in a fault', async () => {
    const before = await look();
    const run = machine().beginChaos('run', `${HERE}/long.yml`, '--out', '/root/long');
    await run.says(/staticd .* stand still/);
    await actsInR1();
    await run.signal('SIGINT');
    assert.equal((await run.ended).code, 130);
    assert.deepEqual((await reportOf('/root/long')).clean, { outcome: 'clean', left: [] });
    assert.deepEqual(await look(), before);
  });

  it('is as it was after its runner was killed in a fault', async () => {
    const before = await look();
    const run = machine().beginChaos('run', `${HERE}/long.yml`, '--out', '/root/killed');
    await run.says(/staticd .* stand still/);
    await actsInR1();
    await run.signal('SIGKILL');
    await run.ended;
    // rules end with their engine, by the kernel; the rest is done by the watchdog, from the journal
    await must('timeout', '60', 'sh', '-c', 'while pgrep -f [w]atchdog-main; do sleep 0.5; done');
    assert.deepEqual(await look(), before);
  });

  it('refuses what is not there, and what does not belong', async () => {
    const scenario = (lab: string): string => `name: other
lab: { attach: ${lab} }
probes: { p: { icmp: { from: r1, to: r2, address: 10.0.12.2 } } }
ready: { within: 5s, that: p.ok }
timeline: [{ id: off, at: 1s, for: 1s, black-hole: { link: r1~r2 } }]
recovery: 1s
`;
    await machine().write('/root/wrong.yml', scenario('rign'));
    const wrong = await machine().chaos('validate', '/root/wrong.yml');
    sayCode(wrong, 69);
    assert.match(wrong.output, /there is no lab 'rign'; here run: ring/);
    await machine().write('/root/right.yml', scenario('ring'));
    const other = await machine().chaos('run', '/root/right.yml', '--driver', 'containerlab');
    sayCode(other, 64);
    assert.match(other.output, /--driver containerlab: lab 'ring' runs already/);
    await must('docker', 'pause', 'clab-ring-r2');
    const paused = await machine().chaos('validate', '/root/right.yml');
    await must('docker', 'unpause', 'clab-ring-r2');
    sayCode(paused, 69);
    assert.match(paused.output, /not all of lab 'ring' runs: clab-ring-r2 \(paused\)/);
  });
});
