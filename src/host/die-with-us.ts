/**
 * What asks to die with its parent and finds it dead already would never be told. The shell compares: its parent is the
 * process that was to start it, or it ends.
 */
const UNLESS_ORPHANED = '[ "$PPID" = "$0" ] && exec "$@"';

/** argv that runs `argv` as a child of this process, in the same process, which is killed when this one ends: prctl(2). */
export function dieWithUs(argv: readonly string[]): readonly [string, ...string[]] {
  const shell = ['sh', '-c', UNLESS_ORPHANED, process.pid.toString()];
  return ['setpriv', '--pdeathsig', 'KILL', '--', ...shell, ...argv];
}
