import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cgroups, ControlGroup } from '../cli/cgroup.ts';
import { chaosRun, measure, onlyReport } from '../run/chaos-run.ts';
import { guestDockerHere } from './guest-docker-here.ts';

const CONTAINERS = ['--driver', 'containerlab', '--kernel', 'embedded'];

const root = fileURLToPath(new URL('../../../', import.meta.url));
const main = join(root, 'dist/cli/main.js');

/** What containerlab and Docker write where they run by themselves. */
function machineState(): unknown {
  return {
    hosts: readFileSync('/etc/hosts', 'utf8'),
    ssh: existsSync('/etc/ssh/ssh_config.d/clab-chaos-two-nodes.conf'),
    socket: existsSync('/run/chaos-docker'),
    links: execFileSync('ip', ['-o', 'link', 'show', 'type', 'bridge'], { encoding: 'utf8' }),
  };
}

/** Real containerlab, real dockerd, in the embedded kernel. */
describe('--driver containerlab', function () {
  this.timeout(1_800_000);

  before(function () {
    if (guestDockerHere() === undefined) this.skip();
  });

  it('runs the smallest lab, twice at once', async () => {
    const run = (): ReturnType<typeof chaosRun> =>
      chaosRun('scenarios/two-nodes.yml', '--seed', '1', ...CONTAINERS);
    for (const done of await Promise.all([run(), run()])) {
      assert.equal(onlyReport(done).verdict.outcome, 'pass', done.output);
      assert.equal(done.code, 0, done.output);
    }
  });

  it('gives the main scenario the verdict that netns gives it', async () => {
    const containers = onlyReport(
      await chaosRun('scenarios/flaky-wan.yml', '--seed', '7', ...CONTAINERS),
    );
    const warp = ['--kernel', 'embedded', '--clock', 'warp'];
    const namespaces = onlyReport(
      await chaosRun('scenarios/flaky-wan.yml', '--seed', '7', ...warp),
    );
    assert.equal(containers.verdict.outcome, namespaces.verdict.outcome);
    const outcomes = ({ checks }: typeof containers): Record<string, string> =>
      Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]));
    assert.deepEqual(outcomes(containers), outcomes(namespaces));
    // eight flaps of 4 s: the backup waits for 3 to 4 s each time, and gives way at once when the link is back
    for (const report of [containers, namespaces]) {
      assert.equal(measure(report, 'dual-master-episodes[flapping]'), 8);
    }
  });

  it('leaves nothing when its runner is killed in a fault', async function () {
    if (cgroups === undefined || process.getuid?.() !== 0) this.skip();
    const out = mkdtempSync(join(tmpdir(), 'chaos-killed-'));
    const group = new ControlGroup();
    const before = machineState();
    try {
      const argv = [
        main,
        'run',
        'scenarios/two-nodes.yml',
        ...CONTAINERS,
        '--out',
        join(out, 'run'),
      ];
      const [program = '', ...rest] = group.enter([process.execPath, ...argv]);
      const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'], cwd: root });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      while (!said.includes('dead on')) {
        assert.equal(child.exitCode, null, said);
        await sleep(5);
      }
      process.kill(group.members()[0] ?? 0, 'SIGKILL');
      assert.deepEqual(await group.remaining(), []);
      assert.deepEqual(machineState(), before);
    } finally {
      group.kill();
      await group.remove();
      rmSync(out, { recursive: true, force: true });
    }
  });

  it('refuses the warp clock and the host by name', async () => {
    const warp = await chaosRun('scenarios/two-nodes.yml', ...CONTAINERS, '--clock', 'warp');
    assert.equal(warp.code, 69);
    assert.match(warp.output, /Docker stands still in the warp clock/);
    const host = await chaosRun(
      'scenarios/two-nodes.yml',
      '--driver',
      'containerlab',
      '--kernel',
      'host',
    );
    // nothing has been started yet: containerlab would give up in the middle of it
    if (!existsSync('/proc/modules')) {
      assert.equal(host.code, 69);
      assert.match(host.output, /no \/proc\/modules, without which containerlab gives up/);
    }
  });
});
