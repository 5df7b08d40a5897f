import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guestDockerHere } from '../containerlab/guest-docker-here.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const main = join(root, 'dist/cli/main.js');

/** Users of this machine without any rights, no home, no entry in passwd(5); and root, twice in one directory. */
const USERS = [65534, 64321, 0, 0] as const;

describe('an ordinary user', function () {
  this.timeout(600_000);
  let base = '';

  function chaos(user: number, ...argv: readonly string[]): ReturnType<typeof spawnSync> {
    return chaosIn(join(base, `${user}`), user, ...argv);
  }

  function chaosIn(
    home: string,
    user: number,
    ...argv: readonly string[]
  ): ReturnType<typeof spawnSync> {
    const drop = ['--reuid', `${user}`, '--regid', `${user}`, '--clear-groups', '--'];
    return spawnSync('setpriv', [...drop, process.execPath, main, ...argv], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: home, LANG: 'C.UTF-8' },
    });
  }

  before(function () {
    base = mkdtempSync(join(tmpdir(), 'ordinary-'));
    // mkdtemp makes it ours alone
    spawnSync('chmod', ['755', base]);
    const able =
      process.getuid?.() === 0 && chaos(USERS[0], 'kernel', 'info').stdout.includes('warp');
    if (able) return;
    assert(process.env['CHAOS_TESTS_SKIP_NOTHING'] === undefined, 'this machine cannot run it');
    this.skip();
  });

  after(() => {
    rmSync(base, { recursive: true, force: true });
  });

  it('runs the kernel that root has built, in warp; and everybody gets the same run', () => {
    const digests = USERS.map((user) => {
      const home = join(base, `${user}`);
      mkdirSync(home, { recursive: true });
      chownSync(home, user, user);
      const out = join(home, 'out');
      // another path, another comment; git tells only the owner of a checkout about it
      cpSync(join(root, 'scenarios'), join(home, 'scenarios'), { recursive: true });
      cpSync(join(root, 'labs'), join(home, 'labs'), { recursive: true });
      const scenario = join(home, 'scenarios/two-nodes.yml');
      appendFileSync(scenario, `# ${'x'.repeat(user)}\n`);
      const argv = ['--kernel', 'embedded', '--clock', 'warp', '--seed', '1', '--out', out];
      const { status, stdout, stderr } = chaos(user, 'run', scenario, ...argv);
      assert.equal(status, 0, `${String(stdout)}${String(stderr)}`);
      const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as {
        digest: string;
        clean: { outcome: string };
      };
      assert.equal(report.clean.outcome, 'clean');
      return report.digest;
    });
    assert.equal(new Set(digests).size, 1, digests.join(' '));
  });

  it('runs containers, by the containerlab that is his own and the images that root has built', function () {
    const docker = guestDockerHere();
    if (docker === undefined) this.skip();
    const [user] = USERS;
    const home = join(base, 'containers');
    const cache = join(home, '.cache', 'chaos', 'containerlab');
    cpSync(docker.programs, join(cache, basename(docker.programs)), { recursive: true });
    assert.equal(spawnSync('chown', ['-R', String(user), home]).status, 0);
    const argv = ['--driver', 'containerlab', '--kernel', 'embedded', '--out', join(home, 'out')];
    const { status, stdout, stderr } = chaosIn(
      home,
      user,
      'run',
      'scenarios/two-nodes.yml',
      ...argv,
    );
    assert.equal(status, 0, `${String(stdout)}${String(stderr)}`);
  });
});
