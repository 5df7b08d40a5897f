import assert from 'node:assert/strict';
import { readEnvFile } from '../../../../src/lab/clab/env-file.ts';

describe('lab/clab/env-file', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['A=1', 'A', '1'],
    ['export A = x y # why', 'A', 'x y'],
    ["A='a # b\\n'", 'A', 'a # b\\n'],
    ['A="a\\nb"', 'A', 'a\nb'],
    ['A="a\\rb"', 'A', 'a\rb'],
    // an escaped backslash before an n is no line feed
    ['A="C:\\\\new"', 'A', 'C:\\new'],
    ['A="say \\"x\\" # y"', 'A', 'say "x" # y'],
  ];
  for (const [line, name, value] of cases) {
    it(line, () => {
      assert.deepEqual(readEnvFile(`# first\n${line}\n`), { [name]: value });
    });
  }
});
