import { libc } from './libc.ts';

const MS_REMOUNT = 32;

/** Give a tmpfs of this mount namespace another size, tmpfs(5). */
export function resizeTmpfs(at: string, bytes: number): void {
  libc.mount('node', at, null, MS_REMOUNT, `size=${bytes}`);
}
