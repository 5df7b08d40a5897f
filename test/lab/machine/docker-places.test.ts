import assert from 'node:assert/strict';
import { machineForSuite, type MachineWithDocker } from './machine-with-docker.ts';

const SCENARIO = 'scenarios/two-nodes.yml';
const CONTAINERS = ['--driver', 'containerlab', '--kernel', 'host'];

interface Report {
  readonly verdict: { readonly outcome: string };
  readonly checks: readonly { readonly name: string; readonly outcome: string }[];
}

/** The machine's daemon and one of a run's own on the machine's kernel; the embedded kernel plays the machine. */
describe('where the Docker of a lab runs', function () {
  this.timeout(400_000);
  const machine = machineForSuite();

  async function reportOf(directory: string): Promise<Report> {
    return JSON.parse(await machine().read(`${directory}/report.json`)) as Report;
  }

  it('makes no difference to a verdict, and leaves nothing', async () => {
    const before = await machine().look();
    const ways = {
      netns: [],
      own: [...CONTAINERS, '--docker', 'own'],
      host: CONTAINERS,
    };
    const outcomes: Record<string, unknown> = {};
    for (const [name, argv] of Object.entries(ways)) {
      const directory = `/tmp/${name}`;
      const words = ['run', SCENARIO, '--seed', '1', '--out', directory];
      const run = await machine().chaos(...words, ...argv);
      assert.equal(run.code, 0, run.output);
      const { verdict, checks } = await reportOf(directory);
      outcomes[name] = [verdict.outcome, checks.map((each) => [each.name, each.outcome])];
      const { docker } = JSON.parse(await machine().read(`${directory}/run.json`)) as {
        readonly docker: { readonly place: string; readonly why: string } | null;
      };
      assert.equal(docker?.place, name === 'netns' ? undefined : name);
      // one line says it
      if (docker !== null) assert.ok(run.stderr.includes(`docker    ${docker.why}\n`), run.stderr);
      await machine().run('rm', '-r', directory);
      assert.deepEqual(await machine().look(), before, name);
    }
    assert.deepEqual(outcomes['own'], outcomes['netns']);
    assert.deepEqual(outcomes['host'], outcomes['netns']);
  });

  it('has room for two runs at once in the machine’s daemon', async () => {
    const before = await machine().look();
    const begin = (directory: string): ReturnType<MachineWithDocker['beginChaos']> =>
      machine().beginChaos('run', SCENARIO, '--seed', '1', '--out', directory, ...CONTAINERS);
    const [one, other] = [begin('/tmp/one'), begin('/tmp/other')];
    await Promise.all([one.says(/lossy on/), other.says(/lossy on/)]);
    const names = (await machine().look())['containers'] as readonly string[];
    assert.equal(names.length, 4);
    assert.equal(new Set(names).size, 4);
    for (const name of names)
      assert.match(name, /^\/clab-chaos-two-nodes-[0-9a-f]{8}-(left|right)$/);
    for (const running of [one, other]) {
      const { code, output } = await running.ended;
      assert.equal(code, 0, output);
    }
    await machine().run('rm', '-r', '/tmp/one', '/tmp/other');
    assert.deepEqual(await machine().look(), before);
  });

  it('takes what is deployed away when a run fails or is interrupted', async () => {
    const before = await machine().look();
    const running = machine().beginChaos('run', SCENARIO, '--out', '/tmp/out', ...CONTAINERS);
    await running.says(/raising 2 nodes/);
    // while containerlab is at work
    for (;;) {
      const { stdout } = await machine().run('docker', 'ps', '--all', '--quiet');
      if (stdout !== '') break;
    }
    await running.signal('SIGINT');
    const { code, output } = await running.ended;
    assert.equal(code, 130, output);
    await machine().run('rm', '-r', '/tmp/out');
    assert.deepEqual(await machine().look(), before);
  });

  it('is as it was before when the runner is killed in a fault: the watchdog sees to it', async () => {
    const before = await machine().look();
    const running = machine().beginChaos('run', SCENARIO, '--out', '/tmp/out', ...CONTAINERS);
    await running.says(/lossy on/);
    await running.signal('SIGKILL');
    assert.equal((await running.ended).signal, 'SIGKILL');
    // its name stands there until nothing is left of it
    while ((await machine().run('test', '-e', '/tmp/chaos-runs-0')).code === 0);
    const log = (await machine().read('/tmp/out/host.ndjson')).trimEnd().split('\n');
    const last = JSON.parse(log.at(-1) ?? '') as {
      readonly by: string;
      readonly failures: string[];
    };
    assert.equal(last.by, 'watchdog');
    assert.deepEqual(last.failures, []);
    await machine().run('rm', '-r', '/tmp/out');
    assert.deepEqual(await machine().look(), before);
  });
});
