import { strict as assert } from 'node:assert';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findKernel } from '../../../src/kernel/find-kernel.ts';
import { hostIsolation } from '../../../src/kernel/host-isolation.ts';
import { distDirectory } from '../../../src/kernel/places.ts';
import type { Sandbox } from '../../../src/kernel/sandbox.ts';
import { startSandbox } from '../../../src/kernel/start-sandbox.ts';
import type { ClockName, KernelName } from '../../../src/run/run-file.ts';

const PROGRAMS = fileURLToPath(new URL('./programs/', import.meta.url));

interface Seen {
  readonly argv: readonly string[];
  readonly environment: readonly string[];
  readonly hostname: string;
  readonly interfaces: readonly string[];
  readonly empty: Readonly<Record<string, readonly string[]>>;
  readonly intoOurCode: string;
  readonly intoTheSystem: string;
}

const KINDS: readonly (readonly [KernelName, ClockName])[] = [
  ['host', 'real'],
  ['embedded', 'real'],
  ['embedded', 'warp'],
];

for (const [kernel, clock] of KINDS)
  describe(`a sandbox: ${kernel}, ${clock}`, function () {
    this.timeout(60_000);
    let runDirectory = '';
    let running: Sandbox | undefined;

    before(async function () {
      const found = kernel === 'host' ? hostIsolation() : await findKernel();
      if (found === undefined) this.skip();
    });
    beforeEach(() => {
      runDirectory = mkdtempSync(join(tmpdir(), 'sandbox-'));
      copyFileSync(join(PROGRAMS, 'look.mjs'), join(runDirectory, 'look.mjs'));
    });
    afterEach(async () => {
      running?.kill();
      await running?.exited;
      rmSync(runDirectory, { recursive: true, force: true });
    });

    async function start(): Promise<{ sandbox: Sandbox; line: (n: number) => Promise<string> }> {
      const module = kernel === 'host' ? join(runDirectory, 'look.mjs') : '/run-dir/look.mjs';
      const options = { kernel, clock, seed: 1, runDirectory, module, args: ['first', 'second=2'] };
      const sandbox = await startSandbox({ ...options, memoryMb: 512, stallAfterMs: 30_000 });
      running = sandbox;
      const lines: string[] = [];
      const waiting: (() => void)[] = [];
      sandbox.onLine((line) => {
        lines.push(line);
        for (const wake of waiting.splice(0)) wake();
      });
      const line = async (n: number): Promise<string> => {
        while (lines[n] === undefined) await new Promise<void>((resolve) => waiting.push(resolve));
        return lines[n];
      };
      return { sandbox, line };
    }

    it('runs the module, hears two words, and passes its exit code on', async () => {
      const { sandbox, line } = await start();
      const seen = JSON.parse(await line(0)) as Seen;
      const at = kernel === 'host' ? runDirectory : '/run-dir';
      assert.deepEqual(seen.argv, [at, 'first', 'second=2']);
      assert.equal(seen.hostname, 'lab');
      assert.deepEqual(seen.interfaces, ['lo']);
      assert.ok(!seen.environment.some((name) => /^(npm_|NODE_|XDG_)/.test(name)));
      assert.equal(await line(1), '{"written":true}');
      assert.equal(readFileSync(join(runDirectory, 'written'), 'utf8'), 'at once');
      sandbox.send('interrupt');
      assert.equal(await line(2), '{"heard":"interrupt"}');
      sandbox.send('resume');
      assert.deepEqual(await sandbox.exited, { code: 5, signal: null, stall: null });
      assert.match(sandbox.output(), /^this is no message$/m);
    });

    it('ends when it is killed, and what was written stays', async () => {
      const { sandbox, line } = await start();
      await line(1);
      sandbox.kill();
      assert.deepEqual(await sandbox.exited, { code: null, signal: 'SIGKILL', stall: null });
      assert.equal(readFileSync(join(runDirectory, 'written'), 'utf8'), 'at once');
    });

    if (kernel === 'embedded')
      it('shows nothing that others left, and changes nothing of the host', async () => {
        const { sandbox, line } = await start();
        const seen = JSON.parse(await line(0)) as Seen;
        sandbox.kill();
        await sandbox.exited;
        assert.deepEqual(seen.empty, {
          '/tmp': [],
          '/root': [],
          '/home': [],
          '/var/tmp': [],
          '/var/lib': [],
          '/run': ['lock', 'mount'],
        });
        assert.equal(seen.intoOurCode, 'EROFS');
        assert.equal(seen.intoTheSystem, 'done', 'the system is writable, in memory');
        assert.ok(!existsSync('/usr/intruder'));
        assert.ok(!existsSync(join(distDirectory(), 'intruder')));
      });
  });
