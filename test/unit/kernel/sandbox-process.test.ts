import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { eachLine, SandboxProcess } from '../../../src/kernel/sandbox-process.ts';

function shell(script: string): SandboxProcess {
  const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'pipe'] });
  const streams = { messages: child.stdout, input: child.stdin, noise: [child.stderr] };
  return new SandboxProcess(child.pid ?? 0, child, streams);
}

describe('eachLine', () => {
  it('joins what arrives in pieces, strips CR, and keeps an unfinished last line', async () => {
    const stream = new PassThrough();
    const lines: string[] = [];
    eachLine(stream, (line) => lines.push(line));
    for (const piece of ['{"a"', ':1}\r\n{"b":', '2}\n\r', '\nlast']) stream.write(piece);
    stream.end();
    await new Promise((resolve) => stream.once('close', resolve));
    assert.deepEqual(lines, ['{"a":1}', '{"b":2}', '', 'last']);
  });
});

describe('a sandbox process', () => {
  it('parts messages from noise and keeps messages for the first listener', async () => {
    const sandbox = shell(`echo '{"n":1}'; echo words; echo oops >&2; echo '{"n":2}'; exit 3`);
    const exit = await sandbox.exited;
    const lines: string[] = [];
    sandbox.onLine((line) => lines.push(line));
    assert.deepEqual(lines, ['{"n":1}', '{"n":2}']);
    assert.deepEqual(sandbox.output().trim().split('\n').sort(), ['oops', 'words']);
    assert.deepEqual(exit, { code: 3, signal: null, stall: null });
  });

  it('passes on what the engine is told, and the end of it', async () => {
    const sandbox = shell('while read line; do echo "{$line}"; done; echo "{end}"');
    const lines: string[] = [];
    const seen = new Promise<void>((resolve) => {
      sandbox.onLine((line) => {
        lines.push(line);
        if (line === '{resume}') resolve();
      });
    });
    sandbox.send('interrupt');
    sandbox.send('resume');
    await seen;
    sandbox.kill();
    assert.deepEqual(await sandbox.exited, { code: null, signal: 'SIGKILL', stall: null });
    assert.deepEqual(lines, ['{interrupt}', '{resume}']);
    sandbox.send('interrupt'); // to nobody: no error
  });

  it('reports a signal that a shell in between turned into a number', async () => {
    const exit = await shell('sh -c "kill -SEGV $$"; exit $?').exited;
    assert.deepEqual(exit, { code: null, signal: 'SIGSEGV', stall: null });
  });

  it('keeps a bounded amount of noise, the latest', async () => {
    const sandbox = shell('yes 0123456789 | head -n 20000 >&2; echo the end >&2');
    await sandbox.exited;
    assert.ok(sandbox.output().length <= 64 * 1024);
    assert.ok(sandbox.output().endsWith('the end\n'));
  });
});
