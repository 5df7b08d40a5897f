import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { faultKinds } from '../../../src/fault/registry.ts';
import { abilities } from '../../../src/kernel/abilities.ts';
import { hostLacks } from '../../../src/kernel/choose.ts';
import { findKernel } from '../../../src/kernel/find-kernel.ts';
import { uniformFloat64 } from '../run/uniform.ts';
import { cgroups, ControlGroup } from './cgroup.ts';
import { everyKind, everyKindNames } from './every-kind.ts';
import { Machine } from './machine.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const main = join(root, 'dist/cli/main.js');

/** of kills on the host's kernel; a third of it on the embedded one by each clock */
const INSTANTS = Number(process.env['CHAOS_TEST_INSTANTS'] ?? 18);
const SEED = Number(process.env['CHAOS_TEST_SEED'] ?? 1);

interface Started {
  readonly child: ChildProcess;
  readonly group: ControlGroup;
  /** the run's directory */
  readonly out: string;
  stderr(): string;
}

/** `wholeRunMs`: start, boot, set-up, faults and tear-down take about so long on an idle machine */
const kernels = [
  {
    kernel: 'host',
    clock: 'real',
    instants: INSTANTS,
    wholeRunMs: 13_500,
    able: () => hostLacks({ netem: false }, abilities()).length === 0,
  },
  {
    kernel: 'embedded',
    clock: 'real',
    instants: Math.ceil(INSTANTS / 3),
    wholeRunMs: 19_000,
    able: async () => (await findKernel())?.warp === true,
  },
  {
    kernel: 'embedded',
    clock: 'warp',
    instants: Math.ceil(INSTANTS / 3),
    wholeRunMs: 12_500,
    able: async () => (await findKernel())?.warp === true,
  },
] as const;

it('a run is interrupted while faults of every kind are in force', () => {
  assert.deepEqual([...everyKindNames].sort(), Object.keys(faultKinds).sort());
});

for (const { kernel, clock, instants, wholeRunMs, able } of kernels) {
  describe(`an interrupted run on the ${kernel} kernel, ${clock} clock`, function () {
    this.timeout(120_000);
    let machine: Machine;
    let untouched: ReturnType<Machine['fingerprint']>;
    let started: Started | undefined;

    before(async function () {
      if (cgroups !== undefined && process.getuid?.() === 0 && (await able())) {
        machine = await Machine.start();
        // a black hole only: a host kernel without netem can do that
        machine.run([process.execPath, main, 'init', machine.within('files')]);
        const scenario = JSON.stringify(everyKind(kernel === 'embedded'));
        writeFileSync(join(machine.directory, 'files/every-kind.yml'), scenario);
        untouched = machine.fingerprint();
        return;
      }
      assert(process.env['CHAOS_TESTS_SKIP_NOTHING'] === undefined, 'this machine cannot run it');
      this.skip();
    });

    afterEach(async () => {
      await end();
    });

    after(async () => {
      await (machine as Machine | undefined)?.remove();
    });

    function start(file = 'two-nodes.yml'): Started {
      const group = new ControlGroup();
      const scenario = machine.within('files', file);
      const argv = [main, 'run', scenario, '--kernel', kernel, '--clock', clock];
      const run = [process.execPath, ...argv, '--out', machine.within('run')];
      const [program = '', ...rest] = group.enter(machine.enter(run));
      const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      started = { child, group, out: join(machine.directory, 'run'), stderr: () => stderr };
      return started;
    }

    async function end(): Promise<void> {
      if (started === undefined) return;
      started.group.kill();
      await started.group.remove();
      rmSync(started.out, { recursive: true, force: true });
      started = undefined;
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

    async function nothingLeft(run: Started, when: string): Promise<void> {
      assert.deepEqual(await run.group.remaining(), [], when);
      assert.deepEqual(machine.fingerprint(), untouched, when);
      const ours = readdirSync(cgroups ?? '').filter((name) => /^chaos-(?!cli-)/.test(name));
      assert.deepEqual(ours, [], `control groups: ${when}`);
    }

    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      it(`by ${signal} tears down, writes its reports, and exits with ${code}`, async () => {
        const run = start();
        await until(run, /waiting until ready/);
        run.child.kill(signal);
        assert.equal(await exitCode(run), code, run.stderr());
        await nothingLeft(run, signal);
        const report = JSON.parse(readFileSync(join(run.out, 'report.json'), 'utf8')) as {
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
      assert.equal(await exitCode(run), 130, run.stderr());
      await nothingLeft(run, 'a second SIGINT');
    });

    it(`at any of ${instants} instants of all faults leaves nothing but its directory`, async function () {
      this.timeout(instants * 60_000);
      const generator = xoroshiro128plus(SEED);
      const random = (): number => uniformFloat64(generator);
      for (let n = 0; n < instants; n++) {
        // one instant in each part of a run
        const when = Math.round(((n + random()) / instants) * wholeRunMs);
        const run = start('every-kind.yml');
        await sleep(when);
        const how = await endSomehow(run, n, random);
        await nothingLeft(run, `${how} after ${when} ms: ${run.stderr()}`);
        if (existsSync(join(run.out, 'host.ndjson'))) {
          const [code, text] = await check(run.out);
          assert([0, 1, 2].includes(code ?? -1), text);
        }
        await end();
      }
    });

    it('does not start its sandbox when it is killed while that is being started', async () => {
      machine.slowDown('/usr/bin/setpriv');
      try {
        const run = start();
        const starting = /setpriv --pdeathsig/;
        while (!run.group.members().some((pid) => starting.test(run.group.commandOf(pid)))) {
          assert.equal(run.child.exitCode, null, run.stderr());
          await sleep(5);
        }
        run.child.kill('SIGKILL');
        for (;;) {
          const left = run.group.members().map((pid) => run.group.commandOf(pid));
          assert.deepEqual(
            left.filter((command) => /^\d+ (unshare|\S*\/linux) /.test(command)),
            [],
          );
          if (left.length === 0) break;
          await sleep(1);
        }
      } finally {
        machine.atFullSpeed('/usr/bin/setpriv');
      }
    });
  });
}

/** Three ways in turn: Ctrl-C, kill -9 of the command, kill -9 of any process below it. */
async function endSomehow(run: Started, n: number, random: () => number): Promise<string> {
  if (n % 3 === 0) {
    run.child.kill('SIGINT');
    await exitCode(run);
    return 'SIGINT';
  }
  const victim = n % 3 === 1 ? run.child.pid : anyOf(run.group.members(), random());
  if (victim === undefined) return 'nothing';
  const how = `SIGKILL of ${run.group.commandOf(victim)}`;
  killNow(victim);
  // a daemon less may go on: then the rest of it is ended too, at another instant
  await sleep(random() * 200);
  run.child.kill('SIGKILL');
  return how;
}

function anyOf<T>(items: readonly T[], chance: number): T | undefined {
  return items[Math.floor(chance * items.length)];
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}

async function exitCode({ child }: Started): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
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
