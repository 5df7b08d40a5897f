import { fitLines } from './fit-lines.ts';

/** The streams and the surroundings of a command. Only main.ts takes them from the process. */
export interface Io {
  /** what the user asked for; ends up in pipes */
  readonly out: (text: string) => void;
  /** what is said about it: progress, warnings, errors */
  readonly err: (text: string) => void;
  readonly outIsTty: boolean;
  readonly errIsTty: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** The Io of this process. */
export function processIo(): Io {
  return {
    out: (text) => void process.stdout.write(fitted(text, process.stdout)),
    err: (text) => void process.stderr.write(fitted(text, process.stderr)),
    outIsTty: process.stdout.isTTY,
    errIsTty: process.stderr.isTTY,
    env: process.env,
    cwd: process.cwd(),
  };
}

/** Files and pipes get every line as it is. */
function fitted(text: string, { isTTY, columns }: NodeJS.WriteStream): string {
  return isTTY && columns > 0 ? fitLines(text, columns) : text;
}
