import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { tryLock } from '../host/file-lock.ts';
import type { JournalEntry, JournalFile } from './journal.ts';

/**
 * A journal on the disk, durable before `write` returns. It is locked as long as it is open, and the kernel lets go of
 * that with the last file descriptor: whoever gets the lock knows that nobody else writes or undoes. For nobody else's
 * eyes: what undoes an act may be the content of a file.
 * @throws when somebody else has it open
 */
export function journalFile(path: string): JournalFile {
  return openJournal(path, 'w');
}

/** @param flags 'a': one that is there, to go on with it */
export function openJournal(path: string, flags: 'w' | 'a'): JournalFile {
  // not emptied before it is ours
  const fd = openSync(path, 'a', 0o600);
  const lock = tryLock(fd);
  if (lock !== 'ours') {
    closeSync(fd);
    if (lock !== 'taken') throw new Error(`flock ${path}: ${lock}`);
    throw new JournalBusy(`${path}: somebody else has it`);
  }
  if (flags === 'w') ftruncateSync(fd);
  // what was cut off stays a line of its own
  else if (/[^\n]$/u.test(readFileSync(path, 'utf8'))) writeSync(fd, '\n');
  return {
    write(entry: JournalEntry) {
      writeSync(fd, `${JSON.stringify(entry)}\n`);
      fsyncSync(fd);
    },
    close() {
      closeSync(fd);
    },
  };
}

/** Somebody else writes it, or undoes from it. */
export class JournalBusy extends Error {}
