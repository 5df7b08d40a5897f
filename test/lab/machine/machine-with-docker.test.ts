import assert from 'node:assert/strict';
import { machineForSuite } from './machine-with-docker.ts';

/** What other tests of this folder stand on: they would pass for nothing if the machine did not show what is on it. */
describe('the embedded kernel as a machine with Docker', function () {
  this.timeout(240_000);
  const machine = machineForSuite();

  it('shows what a program has left', async () => {
    const before = await machine().look();
    assert.ok(before['images']?.includes('chaos/linux:latest'));
    assert.deepEqual(before['containers'], []);
    const started = await machine().run(
      ...['docker', 'run', '--detach', '--name', 'left', '--privileged', 'chaos/linux'],
    );
    assert.equal(started.code, 0, started.output);
    await machine().write('/tmp/left', '');
    for (const argv of [
      ['ip', 'link', 'add', 'left0', 'type', 'bridge'],
      ['ip', 'netns', 'add', 'left'],
      ['unshare', '--mount', '--propagation', 'unchanged', 'mount', '-t', 'tmpfs', 'left', '/mnt'],
      ['sh', '-c', 'echo 10.9.9.9 left >>/etc/hosts'],
    ]) {
      assert.equal((await machine().run(...argv)).code, 0);
    }
    const after = await machine().look();
    assert.deepEqual(after['containers'], ['/left']);
    assert.deepEqual(after['namespaces'], ['left']);
    assert.match(String(after['hosts']), /10\.9\.9\.9/);
    const changed = Object.keys(before).filter(
      (what) => JSON.stringify(before[what]) !== JSON.stringify(after[what]),
    );
    for (const what of ['links', 'bridges', 'mounts', 'processes', 'controlGroups', 'temporary']) {
      assert.ok(changed.includes(what), `${what}: ${changed.join(', ')}`);
    }
  });

  it('runs the built chaos, which leaves nothing', async () => {
    const before = await machine().look();
    const run = await machine().chaos(
      ...['run', 'scenarios/two-nodes.yml', '--kernel', 'host', '--seed', '1'],
      ...['--out', '/tmp/out', '--quiet'],
    );
    assert.equal(run.code, 0, run.output);
    const report = JSON.parse(await machine().read('/tmp/out/report.json')) as {
      readonly verdict: { readonly outcome: string };
    };
    assert.equal(report.verdict.outcome, 'pass');
    await machine().run('rm', '-r', '/tmp/out');
    assert.deepEqual(await machine().look(), before);
  });
});
