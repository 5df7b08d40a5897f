import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { collect } from '../../../src/host/commands.ts';

describe('host/commands', () => {
  it('waits for a command, and not for what it leaves behind with its output', async () => {
    const argv = ['sh', '-c', 'sleep 1000 & echo $!'];
    const result = await collect(spawn('sh', argv.slice(1)), argv);
    const left = Number(result.stdout);
    // it runs: ESRCH otherwise
    process.kill(left, 0);
    process.kill(left, 'SIGKILL');
    assert.deepEqual(result, { argv, code: 0, signal: null, stdout: `${left}\n`, stderr: '' });
  });

  it('gives all that a command says, and its exit code', async () => {
    const argv = ['sh', '-c', 'seq 1 50000; echo no >&2; exit 3'];
    const { code, stdout, stderr } = await collect(spawn('sh', argv.slice(1)), argv);
    assert.deepEqual([code, stdout.split('\n').length, stderr], [3, 50_001, 'no\n']);
  });

  it('kills a command that nobody wants any more', async () => {
    const argv = ['sleep', '1000'];
    const { signal } = new AbortController();
    const stopped = AbortSignal.abort();
    assert.equal((await collect(spawn('true'), ['true'], { signal })).code, 0);
    const result = await collect(spawn('sleep', ['1000']), argv, { signal: stopped });
    assert.equal(result.signal, 'SIGKILL');
  });

  it('kills a command in its time, whatever holds its output', async () => {
    const argv = ['sh', '-c', 'sleep 1000 & echo $!; exec sleep 1000'];
    const result = await collect(spawn('sh', argv.slice(1)), argv, { timeoutMs: 200 });
    process.kill(Number(result.stdout), 'SIGKILL');
    assert.deepEqual([result.code, result.signal], [null, 'SIGKILL']);
  });
});
