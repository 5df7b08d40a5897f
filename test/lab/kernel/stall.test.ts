import { strict as assert } from 'node:assert';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findKernel } from '../../../src/kernel/find-kernel.ts';
import type { SandboxExit } from '../../../src/kernel/sandbox.ts';
import { startSandbox } from '../../../src/kernel/start-sandbox.ts';

const PROGRAMS = fileURLToPath(new URL('./programs/', import.meta.url));

async function run(
  program: string,
): Promise<{ readonly exit: SandboxExit; readonly lines: readonly string[] }> {
  const runDirectory = mkdtempSync(join(tmpdir(), 'stall-'));
  try {
    copyFileSync(join(PROGRAMS, program), join(runDirectory, program));
    const sandbox = await startSandbox({
      kernel: 'embedded',
      clock: 'warp',
      seed: 1,
      runDirectory,
      module: `/run-dir/${program}`,
      args: [],
      memoryMb: 512,
      stallAfterMs: 8000,
    });
    const lines: string[] = [];
    sandbox.onLine((line) => lines.push(line));
    return { exit: await sandbox.exited, lines };
  } finally {
    rmSync(runDirectory, { recursive: true, force: true });
  }
}

describe('lab time that stands still', function () {
  this.timeout(60_000);

  before(async function () {
    if ((await findKernel())?.warp !== true) this.skip();
  });

  it('ends the run and names the process that spins', async () => {
    const { exit, lines } = await run('spin.mjs');
    assert.equal(lines.at(-1), '{"type":"beat","labMs":3000}');
    assert.match(exit.stall?.culprit ?? '', /^comm=culprit pid=\d+ \(5 of 5\)/);
    assert.equal(exit.stall?.wallMs, 8000);
    assert.equal(exit.code, null);
  });

  it('ends the run and shows where the frames go round', async () => {
    const { exit } = await run('storm.mjs');
    assert.match(exit.stall?.culprit ?? '', /stack: .*(br_|veth_|net_rx_action|process_backlog)/);
  });
});
