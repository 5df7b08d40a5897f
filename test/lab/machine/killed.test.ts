import assert from 'node:assert/strict';
import { machineForSuite, type MachineState } from './machine-with-docker.ts';

const ARGUMENTS = [
  ...['run', 'scenarios/two-nodes.yml', '--seed', '1', '--out', '/tmp/out'],
  ...['--driver', 'containerlab', '--docker', 'host'],
];

/** The watchdog is given what Docker takes to remove two containers on a busy machine, many times over. */
const GONE_WITHIN_MS = 120_000;

/** Nobody of a run is left to take away what it has in the machine's Docker: its watchdog does. */
describe('kill -9 of a run with the machine’s Docker, in a fault', function () {
  this.timeout(600_000);
  const machine = machineForSuite();

  async function pidOf(words: string): Promise<number> {
    const { stdout } = await machine().run('pgrep', '--oldest', '--full', words);
    return Number(stdout.trim());
  }

  /** The machine when it is as it was, or as it is after all that time. */
  async function settled(before: MachineState): Promise<MachineState> {
    const until = performance.now() + GONE_WITHIN_MS;
    for (;;) {
      await machine().run('rm', '-rf', '/tmp/chaos-runs-0');
      const now = await machine().look();
      const { temporary: _, ...rest } = now;
      const { temporary: __, ...wanted } = before;
      if (JSON.stringify(rest) === JSON.stringify(wanted)) return now;
      if (performance.now() > until) return now;
    }
  }

  const victims: Readonly<Record<string, readonly string[]>> = {
    'the runner': ['main.js run'],
    'the engine': ['node/node .*engine-main'],
    both: ['main.js run', 'node/node .*engine-main'],
  };
  for (const [name, words] of Object.entries(victims)) {
    it(`${name}: nothing is left`, async () => {
      const before = await machine().look();
      const run = machine().beginChaos(...ARGUMENTS);
      await run.says(/lossy on/);
      const { containers } = await machine().look();
      assert.equal(containers?.length, 2);
      const pids = await Promise.all(words.map(pidOf));
      await Promise.all(pids.map((pid) => machine().signal({ pid }, 'SIGKILL')));
      await run.ended;
      const after = await settled(before);
      const log = await machine().run('cat', '/tmp/out/host.ndjson');
      assert.match(log.stdout, /2 containers with label chaos-run=[0-9a-f]{8} removed/);
      await machine().run('rm', '-r', '/tmp/out');
      assert.deepEqual({ ...after, temporary: [] }, before);
    });
  }
});
