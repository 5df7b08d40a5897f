import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { argvOf, processesBeside, processesIn } from '../../../src/host/processes.ts';

describe('processes of /proc', () => {
  it('tells how one was called, word by word, and nothing of one that has ended', async () => {
    // it reads its standard input, for ever
    const child = spawn('cat', ['-', '/a b', '']);
    try {
      await once(child, 'spawn');
      assert.deepEqual(argvOf(child.pid ?? 0), ['cat', '-', '/a b', '']);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    assert.deepEqual(argvOf(child.pid ?? 0), []);
  });

  it('finds those in the network of a process as those in its namespace', async () => {
    const child = spawn('sleep', ['60']);
    const fd = openSync('/proc/self/ns/net', 'r');
    try {
      await once(child, 'spawn');
      for (const found of [processesBeside(process.pid), processesIn(fd)]) {
        const pids = found.map(({ pid }) => pid);
        assert.ok(pids.includes(child.pid ?? 0) && !pids.includes(process.pid));
      }
    } finally {
      closeSync(fd);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    assert.throws(() => processesBeside(child.pid ?? 0), { code: 'ENOENT' });
  });
});
