import { attempt, errnoName, lastErrno } from './libc.ts';

/** flock(2) */
const LOCK = { EXCLUSIVE: 2, NO_WAIT: 4 } as const;

/**
 * Lock an open file for its descriptor alone, without waiting; the kernel lets go of that with the last copy of it.
 * Gives 'ours', 'taken' where somebody else has it, or the errno where it cannot be had ('EOPNOTSUPP').
 */
export function tryLock(fd: number): string {
  if (attempt.flock(fd, LOCK.EXCLUSIVE | LOCK.NO_WAIT) >= 0) return 'ours';
  const code = errnoName(lastErrno());
  return code === 'EWOULDBLOCK' || code === 'EAGAIN' ? 'taken' : code;
}
