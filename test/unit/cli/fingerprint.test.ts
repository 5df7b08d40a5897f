import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  digestOf,
  Footprint,
  leftBehind,
  readHostState,
  namespacesInUse,
} from '../../../src/cli/run/fingerprint.ts';
import { descendants, listProcesses } from '../../../src/host/processes.ts';

describe('what a run left behind', function () {
  this.timeout(20_000);

  it('is nothing when nothing was done', async () => {
    const before = readHostState('/nowhere');
    assert.deepEqual(await leftBehind(before, '/nowhere', undefined), []);
    assert.equal(digestOf(readHostState('/nowhere')), digestOf(before));
  });

  it('names a temporary directory of ours that stays', async () => {
    const before = readHostState('/nowhere');
    const path = mkdtempSync(join(tmpdir(), 'chaos-'));
    try {
      assert.deepEqual(await leftBehind(before, '/nowhere', undefined), [`file ${path}`]);
    } finally {
      rmSync(path, { recursive: true });
    }
  });

  it('finds a process that left its parent and its session', async () => {
    const others = namespacesInUse();
    // a shell that starts a session of its own in the background and ends: what daemons do
    const shell = spawn('sh', ['-c', 'setsid sleep 30 & read line'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const footprint = new Footprint(shell.pid ?? 0, others);
    const sleeper = await untilSeen(shell.pid ?? 0, 'sleep');
    footprint.look();
    shell.stdin.end('\n');
    await once(shell, 'exit');
    try {
      assert.deepEqual(
        footprint.remaining().map(({ pid }) => pid),
        [sleeper],
      );
    } finally {
      process.kill(sleeper, 'SIGKILL');
    }
    await untilGone(sleeper);
    assert.deepEqual(footprint.remaining(), []);
  });
});

async function untilSeen(root: number, command: string): Promise<number> {
  for (;;) {
    const found = descendants(root, listProcesses()).find((one) => one.command === command);
    if (found !== undefined) return found.pid;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function untilGone(pid: number): Promise<void> {
  while (listProcesses().some((one) => one.pid === pid && one.state !== 'Z')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
