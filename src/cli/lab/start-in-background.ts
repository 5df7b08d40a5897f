import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChaosError } from '../../errors.ts';
import { EXIT } from '../exit-code.ts';
import type { Io } from '../io.ts';
import type { PreparedLab } from './prepare-lab.ts';

/**
 * A session leader holds the lab when this process has gone; it has the lab's directory on its command line, by which
 * it is known again. Gives back when the lab is ready, or fails with what the holder said.
 */
export async function startInBackground(lab: PreparedLab, io: Io): Promise<number> {
  const logPath = join(lab.directory, 'holder.log');
  const log = openSync(logPath, 'a');
  const program = fileURLToPath(new URL('./background-main.js', import.meta.url));
  const child = spawn(process.execPath, [program, lab.directory], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    cwd: '/',
  });
  closeSync(log);
  const isReady = await new Promise<boolean>((resolve) => {
    child.once('message', () => resolve(true));
    child.once('exit', () => resolve(false));
  });
  if (!isReady) {
    const said = readFileSync(logPath, 'utf8').trim().split('\n').slice(-12).join('\n');
    throw new ChaosError('lab-failed', `the lab could not be brought up:\n${said}`);
  }
  child.disconnect();
  child.unref();
  io.out(`${lab.name} is up (pid ${String(child.pid)})\n`);
  io.err(`  chaos lab shell NODE --lab ${lab.name}\n  chaos lab down ${lab.name}\n`);
  return EXIT.pass;
}
