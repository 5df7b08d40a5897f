import assert from 'node:assert/strict';
import { machineForSuite, type Ended } from './machine-with-docker.ts';

const LAB = 'test/lab/machine/foreign.clab.yml';
const OURS = 'labs/two-nodes/two-nodes.clab.yml';

/** `chaos lab up|exec|list|down` with containers; the embedded kernel plays the machine. */
describe('labs of containers worked with by hand', function () {
  this.timeout(600_000);
  const machine = machineForSuite();

  async function chaos(...argv: readonly string[]): Promise<Ended> {
    const ended = await machine().chaos(...argv);
    assert.equal(ended.code, 0, ended.output);
    return ended;
  }

  const up = (lab: string, ...more: readonly string[]): readonly string[] => [
    ...['lab', 'up', '-d', lab, '--driver', 'containerlab', ...more],
  ];

  it('says which images the machine’s Docker has not, and what to do', async () => {
    const before = await machine().look();
    const { code, output } = await machine().chaos(...up(LAB));
    assert.equal(code, 2, output);
    assert.match(
      output,
      /not in the machine's Docker: node 'theirs': image: acme\/appliance:7; node 'told'/,
    );
    assert.match(output, /docker pull acme\/appliance:7; or image-pull-policy: IfNotPresent/);
    await machine().chaos('cleanup');
    assert.deepEqual((await machine().look())['containers'], before['containers']);
  });

  it('runs images that are there as they are', async () => {
    const own = 'CMD ["sh", "-c", "echo own >/var/tmp/started; exec sleep infinity"]';
    for (const argv of [
      ['docker', 'create', '--name', 'from', 'chaos/linux'],
      ['docker', 'commit', '--change', own, 'from', 'acme/appliance:7'],
      ['docker', 'rm', 'from'],
    ]) {
      assert.equal((await machine().run(...argv)).code, 0);
    }
    const before = await machine().look();
    await chaos(...up(LAB));
    const started = async (node: string): Promise<string> =>
      (await chaos('lab', 'exec', node, '--', 'cat', '/var/tmp/started')).stdout;
    assert.equal(await started('theirs'), 'own\n');
    assert.equal(await started('told'), 'told\n');
    await chaos('lab', 'exec', 'theirs', '--', 'ping', '-c1', '-W2', '10.0.0.2');
    const { stdout } = await chaos('lab', 'list');
    assert.match(stdout, /theirs +acme\/appliance:7 +eth1 10\.0\.0\.1\/24/);
    await chaos('lab', 'down');
    assert.deepEqual(await machine().look(), { ...before, temporary: ['chaos-labs-0'] });
  });

  it('raises a lab in a Docker of its own', async () => {
    const before = await machine().look();
    await chaos(...up(OURS, '--docker', 'own'));
    assert.deepEqual((await machine().look())['containers'], before['containers']);
    await chaos('lab', 'exec', 'left', '--', 'ip', 'link', 'show', 'eth1');
    await chaos('lab', 'down');
    assert.deepEqual(await machine().look(), before);
  });
});
