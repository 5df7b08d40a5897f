import { libc } from './libc.ts';

/** Flags of mount(2). */
export const MS = {
  RDONLY: 1,
  NOSUID: 2,
  NODEV: 4,
  NOEXEC: 8,
  REMOUNT: 32,
  BIND: 0x1000,
  MOVE: 0x2000,
  REC: 0x4000,
  PRIVATE: 0x40000,
} as const;

/** umount2(2): away at once, gone when nobody uses it any more */
export const MNT_DETACH = 2;

/** Give a tmpfs of this mount namespace another size, tmpfs(5). */
export function resizeTmpfs(at: string, bytes: number): void {
  libc.mount('node', at, null, MS.REMOUNT, `size=${bytes}`);
}
