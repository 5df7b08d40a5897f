import assert from 'node:assert/strict';
import { chaosRun, measure, onlyReport } from '../run/chaos-run.ts';
import { guestDockerHere } from './guest-docker-here.ts';
import { inGuest } from './in-guest.ts';

const LABS = 'test/lab/clab/labs';
const CONTAINERS = ['--driver', 'containerlab', '--kernel', 'embedded', '--seed', '1'];

interface Check {
  readonly node: string;
  readonly argv: readonly string[];
  /** default: 0 */
  readonly code?: number;
  /** a pattern of its standard output */
  readonly says?: string;
}

const ping = (node: string, to: string, ...more: readonly string[]): Check => ({
  node,
  argv: ['ping', '-c1', '-W2', ...more, to],
});

/** The labs of test/lab/clab/public-labs.test.ts, which does the same under netns. */
const CASES: Readonly<
  Record<string, { readonly lab?: string; readonly checks: readonly Check[] }>
> = {
  'ospf-ring': {
    checks: [
      ping('u1', '10.3.0.10'),
      {
        node: 'r1',
        argv: ['vtysh', '-c', 'show ip ospf neighbor'],
        says: '10.255.0.2[^]*10.255.0.3',
      },
    ],
  },
  exchange: {
    checks: [
      ping('peer1', '10.0.0.2', '-I', '10.0.0.1'),
      ping('peer1', '10.0.0.3', '-I', '10.0.0.1'),
    ],
  },
  'stretched-lan': {
    checks: [
      ping('host-a', '192.168.100.20'),
      { node: 'host-a', argv: ['ip', 'neighbor', 'show', '192.168.100.20'], says: 'lladdr' },
    ],
  },
  'flat-switch': {
    checks: [
      ping('attacker', '10.66.0.11'),
      ping('attacker', '10.66.0.13'),
      { node: 'attacker', argv: ['sh', '-c', 'echo $SEGMENT $TOOLS'], says: '^lab yes\n$' },
    ],
  },
  'edge-firewall': {
    lab: `${LABS}/edge-firewall/lab/edge-firewall.clab.yml`,
    checks: [
      {
        node: '1',
        argv: ['curl', '-s', '-m', '3', 'http://10.20.0.10:8080/greeting'],
        says: "^IT'S UP\n$",
      },
      { node: '2', argv: ['curl', '-s', '-m', '3', 'http://10.20.0.10:8080/greeting'], code: 7 },
      { node: 'fw', argv: ['cat', '/srv/state'], says: '^tables=1\n$' },
    ],
  },
};

describe("other people's labs as containers", function () {
  this.timeout(300_000);

  before(function () {
    if (guestDockerHere() === undefined) this.skip();
  });

  for (const [name, { lab = `${LABS}/${name}/${name}.clab.yml`, checks }] of Object.entries(
    CASES,
  )) {
    it(name, async () => {
      const files = { 'checks.json': JSON.stringify(checks) };
      const lines = await inGuest({ program: 'check-lab.mjs', lab, driver: 'containerlab', files });
      assert.deepEqual(lines.at(-1), { notices: [] });
      const said = lines.slice(0, -1) as { readonly code: number; readonly stdout: string }[];
      assert.equal(said.length, checks.length);
      for (const [n, { code = 0, says = '' }] of checks.entries()) {
        assert.equal(said[n]?.code, code, JSON.stringify(said[n]));
        assert.match(said[n].stdout, new RegExp(says));
      }
    });
  }

  it('slow-gateway', async () => {
    const run = await chaosRun(`${LABS}/slow-gateway/slow-gateway.chaos.yml`, ...CONTAINERS);
    assert.equal(run.code, 0, run.output);
    const report = onlyReport(run);
    // 150 ms by the lab's own netem, and 40 ms more each way by the fault: nothing comes earlier
    assert.ok(measure(report, 'own') >= 150);
    assert.ok(measure(report, 'both') >= 230);
  });

  it('shell-router', async () => {
    const run = await chaosRun(`${LABS}/shell-router/shell-router.chaos.yml`, ...CONTAINERS);
    assert.equal(onlyReport(run).verdict.outcome, 'pass', run.output);
  });
});
