import type { ErrorCode } from '../errors.ts';

/** What the process says to its caller; the words are in docs/errors.md. 64, 69 and 70 are those of sysexits.h. */
export const EXIT = {
  pass: 0,
  fail: 1,
  inconclusive: 2,
  notClean: 3,
  usage: 64,
  cannotRunHere: 69,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** What outweighs what when one command did several things, heaviest first. */
const HEAVIEST_FIRST: readonly number[] = [
  EXIT.interrupted,
  EXIT.terminated,
  EXIT.bug,
  EXIT.usage,
  EXIT.notClean,
  EXIT.fail,
  EXIT.inconclusive,
  EXIT.cannotRunHere,
  EXIT.pass,
];

/** The exit code of several runs; of none it is a usage error (no scenario matched). */
export function combineExitCodes(codes: readonly number[]): number {
  const heaviest = HEAVIEST_FIRST.find((code) => codes.includes(code));
  if (heaviest !== undefined) return heaviest;
  return codes.length === 0 ? EXIT.usage : EXIT.bug;
}

/** The exit code of an operational error. */
export function exitCodeOf(code: ErrorCode): number {
  switch (code) {
    case 'usage':
    case 'invalid':
    case 'not-found':
      return EXIT.usage;
    case 'not-yet':
    case 'cannot-run-here':
      return EXIT.cannotRunHere;
    case 'lab-failed':
    case 'stalled':
      return EXIT.inconclusive;
    case 'interrupted':
      return EXIT.interrupted;
    case 'bug':
      return EXIT.bug;
    default:
      return code satisfies never;
  }
}
