import assert from 'node:assert/strict';
import { EXIT } from '../../../src/cli/exit-code.ts';
import type { Io } from '../../../src/cli/io.ts';
import { sayError } from '../../../src/cli/say-error.ts';

function said(error: unknown): { readonly code: number; readonly text: string } {
  let text = '';
  const err = (more: string): void => void (text += more);
  const io: Io = { out: err, err, outIsTty: false, errIsTty: false, env: {}, cwd: '/' };
  return { code: sayError(error, io), text };
}

const fileError = (code: string, path?: string): Error =>
  Object.assign(new Error(`${code}: so it is`), { code, ...(path !== undefined && { path }) });

describe('an error that is said', () => {
  // [what happened, exit code, what is said]
  const cases: readonly (readonly [Error, number, string])[] = [
    [fileError('ENOSPC', '/x/report.html'), EXIT.cannotRunHere, 'no space left: /x/report.html'],
    // of a file that is open the kernel does not say the name
    [fileError('ENOSPC'), EXIT.cannotRunHere, 'no space left'],
    [fileError('EDQUOT'), EXIT.cannotRunHere, 'the quota is used up'],
    [fileError('ENOTDIR', '/dev/null/x'), EXIT.usage, 'no such file: /dev/null/x'],
    [fileError('ENAMETOOLONG', '/x'), EXIT.usage, 'the name is too long: /x'],
    [fileError('EROFS', '/x'), EXIT.cannotRunHere, 'no permission: /x'],
  ];
  for (const [error, code, text] of cases) {
    it(`of the surroundings is no bug: ${text}`, () => {
      assert.deepEqual(said(error), { code, text: `chaos: ${text}\n` });
    });
  }
});
