import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { abilities } from '../../../src/kernel/abilities.ts';
import { hostLacks } from '../../../src/kernel/choose.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const main = join(root, 'dist/cli/main.js');

describe('a lab worked with by hand', function () {
  this.timeout(60_000);
  let runtime = '';

  before(function () {
    if (hostLacks({ netem: false }, abilities()).length > 0) {
      assert(process.env['CHAOS_TESTS_SKIP_NOTHING'] === undefined, 'the host runs no labs');
      this.skip();
    }
    runtime = mkdtempSync(join(tmpdir(), 'by-hand-'));
  });

  after(() => {
    if (runtime === '') return;
    chaos(['lab', 'down', 'mine']);
    rmSync(runtime, { recursive: true, force: true });
  });

  const chaos = (
    argv: readonly string[],
    input = '',
  ): { code: number | null; out: string; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...argv], {
      input,
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: runtime },
    });
    return { code: status, out: stdout, err: stderr };
  };
  const file = join(root, 'labs/two-nodes/two-nodes.clab.yml');

  it('comes up in the background, is listed, runs commands, and goes down without a trace', () => {
    const up = chaos(['lab', 'up', '-d', '--name', 'mine', file]);
    assert.equal(up.code, 0, up.err);
    const [lab] = JSON.parse(chaos(['lab', 'list', '--json']).out) as {
      name: string;
      nodes: { name: string; addresses: string[] }[];
    }[];
    assert.equal(lab?.name, 'mine');
    assert.deepEqual(
      lab.nodes.map((node) => node.name),
      ['left', 'right'],
    );
    assert.match(lab.nodes[0]?.addresses.join() ?? '', /eth1 10\.0\.0\.1\/24/);

    assert.match(
      chaos(['lab', 'exec', 'left', '--', 'ping', '-c1', '-W2', '10.0.0.2']).out,
      /1 received/,
    );
    assert.equal(chaos(['lab', 'exec', 'left', '--', 'sh', '-c', 'exit 7']).code, 7);
    assert.equal(chaos(['lab', 'exec', 'left', '--', 'cat'], 'through\n').out, 'through\n');
    const wrong = chaos(['lab', 'exec', 'lfet', '--', 'true']);
    assert.equal(wrong.code, 64);
    assert.match(wrong.err, /no node 'lfet' in this lab; it has: left, right/);
    assert.equal(chaos(['lab', 'up', '-d', '--name', 'mine', file]).code, 64);

    const down = chaos(['lab', 'down']);
    assert.equal(down.code, 0, down.err);
    assert.equal(chaos(['lab', 'list', '--json']).out, '[]\n');
    assert.deepEqual(readdirSync(join(runtime, 'chaos-labs')), []);
  });

  it('that was killed is listed as gone, and cleanup removes what is left of it', () => {
    assert.equal(chaos(['lab', 'up', '-d', '--name', 'mine', file]).code, 0);
    const [lab] = JSON.parse(chaos(['lab', 'list', '--json']).out) as { pid: number }[];
    process.kill(lab?.pid ?? 0, 'SIGKILL');
    assert.match(chaos(['lab', 'list']).out, /mine {2}gone/);
    assert.match(chaos(['cleanup', '--dry-run']).out, /would remove .*chaos-labs\/mine/);
    assert.match(chaos(['cleanup']).out, /removed .*chaos-labs\/mine/);
    assert.equal(chaos(['lab', 'list', '--json']).out, '[]\n');
  });
});
