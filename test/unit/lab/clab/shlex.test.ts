import assert from 'node:assert/strict';
import { OpenQuote, splitCommand } from '../../../../src/lab/clab/shlex.ts';

describe('lab/clab/shlex', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['ip addr add 10.0.0.1/24 dev eth1', ['ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'eth1']],
    ['  a \t b\n', ['a', 'b']],
    ['sh -c "echo a | wc -l"', ['sh', '-c', 'echo a | wc -l']],
    ["vtysh -c 'show ip route'", ['vtysh', '-c', 'show ip route']],
    [`a"b c"'d e'f`, ['ab cd ef']],
    ['"" a', ['', 'a']],
    ['a\\ b "c\\"d" \'e\\f\'', ['a b', 'c"d', 'e\\f']],
    ['a # the rest\nb', ['a', 'b']],
    ['a#b', ['a#b']],
    ['# nothing', []],
  ];
  for (const [command, words] of cases) {
    it(JSON.stringify(command), () => {
      assert.deepEqual(splitCommand(command), words);
    });
  }

  it('points at what is left open', () => {
    assert.throws(
      () => splitCommand('echo "a'),
      (e) => e instanceof OpenQuote && e.index === 5,
    );
    assert.throws(
      () => splitCommand("a 'b"),
      (e) => e instanceof OpenQuote && e.index === 2,
    );
    assert.throws(
      () => splitCommand('a b\\'),
      (e) => e instanceof OpenQuote && e.index === 3,
    );
  });
});
