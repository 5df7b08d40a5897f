import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { abilities } from '../../../src/kernel/abilities.ts';
import { hostLacks } from '../../../src/kernel/choose.ts';
import { findKernel } from '../../../src/kernel/find-kernel.ts';
import { cgroups, ControlGroup } from './cgroup.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const main = join(root, 'dist/cli/main.js');

interface Started {
  readonly child: ChildProcess;
  readonly group: ControlGroup;
  readonly out: string;
  stderr(): string;
}

const kernels = [
  {
    kernel: 'host',
    clock: 'real',
    able: () => hostLacks({ netem: false }, abilities()).length === 0,
  },
  { kernel: 'embedded', clock: 'real', able: async () => (await findKernel())?.warp === true },
  { kernel: 'embedded', clock: 'warp', able: async () => (await findKernel())?.warp === true },
] as const;

/** What a run may leave outside of its directory. */
function fingerprint(): unknown {
  const names = (at: string): string[] => (existsSync(at) ? readdirSync(at).sort() : []);
  return {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
    interfaces: names('/sys/class/net'),
    namespaces: names('/run/netns'),
    sharedMemory: names('/dev/shm'),
    temporary: names(tmpdir()).filter((name) => /^chaos-[A-Za-z0-9]{6}$/.test(name)),
  };
}

/** The machine is as before; other work on it may show for a moment (a file that is unlinked at once). */
async function assertAsBefore(before: unknown, when: string): Promise<void> {
  for (let waited = 0; waited < 3000 && !isDeepStrictEqual(fingerprint(), before); waited += 50) {
    await sleep(50);
  }
  assert.deepEqual(fingerprint(), before, when);
}

for (const { kernel, clock, able } of kernels) {
  describe(`an interrupted run on the ${kernel} kernel, ${clock} clock`, function () {
    this.timeout(120_000);
    let started: Started | undefined;

    before(async function () {
      if (cgroups !== undefined && process.getuid?.() === 0 && (await able())) return;
      assert(process.env['CHAOS_TESTS_SKIP_NOTHING'] === undefined, 'this machine cannot run it');
      this.skip();
    });

    afterEach(async () => {
      started?.child.kill('SIGKILL');
      await started?.group.remove();
      if (started !== undefined) rmSync(started.out, { recursive: true, force: true });
      started = undefined;
    });

    function start(): Started {
      const group = new ControlGroup();
      const out = mkdtempSync(join(tmpdir(), 'interrupt-'));
      // a black hole only: a host kernel without netem can do that
      spawnSync(process.execPath, [main, 'init', out]);
      const scenario = join(out, 'two-nodes.yml');
      const argv = [main, 'run', scenario, '--kernel', kernel, '--clock', clock];
      const run = [process.execPath, ...argv, '--out', join(out, 'run')];
      const [program = '', ...rest] = group.enter(run);
      const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      started = { child, group, out, stderr: () => stderr };
      return started;
    }

    async function until(run: Started, pattern: RegExp): Promise<void> {
      while (!pattern.test(run.stderr())) {
        assert.equal(
          run.child.exitCode,
          null,
          `it ended before ${String(pattern)}: ${run.stderr()}`,
        );
        await sleep(5);
      }
    }

    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      it(`by ${signal} tears down, writes its reports, and exits with ${code}`, async () => {
        const before = fingerprint();
        const run = start();
        await until(run, /waiting until ready/);
        run.child.kill(signal);
        const [exitCode] = (await once(run.child, 'exit')) as [number | null];
        assert.equal(exitCode, code, run.stderr());
        assert.deepEqual(await run.group.remaining(), []);
        await assertAsBefore(before, signal);
        const report = JSON.parse(readFileSync(join(run.out, 'run/report.json'), 'utf8')) as {
          verdict: { outcome: string };
          clean: { outcome: string };
        };
        assert.equal(report.verdict.outcome, 'inconclusive');
        assert.equal(report.clean.outcome, 'clean');
      });
    }

    it('by a second SIGINT is killed at once, and says what stays', async () => {
      const run = start();
      await until(run, /raising 2 nodes/);
      run.child.kill('SIGINT');
      await until(run, /interrupted: the engine heals/);
      run.child.kill('SIGINT');
      const [exitCode] = (await once(run.child, 'exit')) as [number | null];
      assert.equal(exitCode, 130, run.stderr());
      assert.deepEqual(await run.group.remaining(), []);
    });

    it('by SIGKILL at any moment leaves nothing but its directory, and that can be read', async () => {
      const before = fingerprint();
      // moments spread over start, boot, set-up, run
      for (const ms of [150, 500, 900, 1500, 2500]) {
        const run = start();
        await sleep(ms);
        run.child.kill('SIGKILL');
        if (run.child.exitCode === null && run.child.signalCode === null)
          await once(run.child, 'exit');
        assert.deepEqual(await run.group.remaining(), [], `killed after ${ms} ms`);
        await assertAsBefore(before, `killed after ${ms} ms`);
        if (existsSync(join(run.out, 'run/host.ndjson'))) {
          const [code, text] = await check(join(run.out, 'run'));
          assert([1, 2].includes(code ?? -1), text);
        }
        await run.group.remove();
        rmSync(run.out, { recursive: true, force: true });
        started = undefined;
      }
    });
  });
}

async function check(directory: string): Promise<[number | null, string]> {
  const child = spawn(process.execPath, [main, 'check', directory], { stdio: 'pipe' });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, text];
}
