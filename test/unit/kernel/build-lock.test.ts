import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lockDirectory } from '../../../src/kernel/build-lock.ts';
import { scratch } from '../../scratch.ts';

describe('the lock of a kernel build', () => {
  const directory = scratch();

  it('makes the second wait, and tells it for whom', async () => {
    const first = await lockDirectory(directory.path(), () => assert.fail('nobody was there'));
    let waitsFor = '';
    let told = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (told = resolve));
    const second = lockDirectory(directory.path(), (holder) => {
      waitsFor = holder;
      told();
    });
    await waiting;
    assert.equal(waitsFor, String(process.pid));
    first.release();
    (await second).release();
  });

  it('is held until the last process that has it is gone, and then is free without a trace', async () => {
    const lock = await lockDirectory(directory.path(), () => assert.fail('nobody was there'));
    const step = spawn('sleep', ['1000'], { stdio: ['ignore', 'ignore', 'ignore', lock.fd] });
    lock.release();
    let told = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (told = resolve));
    const next = lockDirectory(directory.path(), () => told());
    await waiting;
    step.kill('SIGKILL');
    await once(step, 'exit');
    (await next).release();
  });
});
