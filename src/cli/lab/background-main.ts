import { ChaosError } from '../../errors.ts';
import { processIo } from '../io.ts';
import { sayError } from '../say-error.ts';
import { holdLab } from './hold-lab.ts';

/** The program of `chaos lab up -d`: holds the lab in the directory that is its only argument. */
async function main(): Promise<number> {
  const directory = process.argv[2];
  if (directory === undefined) throw new ChaosError('usage', 'background-main: no directory');
  return holdLab(directory, processIo(), () => process.send?.('ready'));
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => process.exit(sayError(error, processIo())),
);
