import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { ChaosError } from '../../../src/errors.ts';
import type { Problem } from '../../../src/errors.ts';
import { readYaml } from '../../../src/scenario/yaml.ts';
import type { YamlOptions } from '../../../src/scenario/yaml.ts';

function problemOf(text: string, options?: YamlOptions): Problem {
  try {
    readYaml(text, 'x.yml', options);
  } catch (error) {
    assert.ok(error instanceof ChaosError, String(error));
    assert.equal(error.code, 'invalid');
    assert.equal(error.problems.length, 1);
    return error.problems[0]!;
  }
  assert.fail('no error');
}

const at = (problem: Problem): string =>
  `${String(problem.position.line)}:${String(problem.position.column)}`;

describe('scenario/yaml', () => {
  it('yields plain data', () => {
    const text = 'a: 1\nb: [x, "1", 0x10, 1.5, ~, true]\nc: {d: yes}\ne: |\n  x\n  y\n';
    const document = readYaml(text, 'x.yml');
    assert.deepEqual(document.value, {
      a: 1,
      b: ['x', '1', 16, 1.5, null, true],
      c: { d: 'yes' },
      e: 'x\ny\n',
    });
    const lab = readYaml('c: {d: yes, e: off, f: "on"}', 'x.yml', { yaml11Booleans: true });
    assert.deepEqual(lab.value, { c: { d: true, e: false, f: 'on' } });
  });

  it('knows where keys and values are written', () => {
    const document = readYaml(
      'base: &b\n  loss: 1\n  deep: {x: 1}\nlinks:\n  - <<: *b\n    delay: "2"\n  - *b\n',
      'x.yml',
    );
    const where = (path: (string | number)[], part?: 'key' | 'value'): string => {
      const { line, column } = document.positionOf(path, part);
      return `${String(line)}:${String(column)}`;
    };
    assert.equal(where(['base', 'loss'], 'key'), '2:3');
    assert.equal(where(['base', 'loss']), '2:9');
    assert.equal(where(['links', 0, 'delay']), '6:12');
    assert.equal(where(['links', 0, 'loss']), '2:9', 'merged: where it is written');
    assert.equal(where(['links', 1]), '7:5', 'a direct alias: where it is used');
    assert.equal(where(['links', 1, 'deep', 'x']), '3:13');
    assert.equal(where(['links', 7, 'nothing']), '4:1', 'nearest parent');
    assert.equal(where(['links', 0, 'nothing']), '5:5');
  });

  const inside: readonly (readonly [string, string, number, string])[] = [
    ['plain', 'a: bcd', 2, '1:6'],
    ['single quoted', "a: 'b''cd'", 2, '1:8'],
    ['double quoted', 'a: "b\\"cd"', 2, '1:8'],
    ['folded plain', 'a: bc\n   de', 3, '2:4'],
    ['literal block', 'a: |\n  bc\n  de', 3, '3:3'],
    ['folded block', 'a: >\n  bc\n  de', 4, '3:4'],
  ];
  for (const [name, text, index, want] of inside) {
    it(`finds a character inside a ${name} text`, () => {
      const { line, column } = readYaml(text, 'x.yml').positionInside(['a'], index);
      assert.equal(`${String(line)}:${String(column)}`, want);
    });
  }

  it('keeps the text of a scalar', () => {
    const document = readYaml('a: 1.10\nb: [x]', 'x.yml');
    assert.equal(document.textOf(['a']), '1.10');
    assert.equal(document.textOf(['b']), undefined);
  });

  it('merges: explicit keys win, then the first map of a list', () => {
    const text = 'x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  a: 3\n';
    assert.deepEqual((readYaml(text, 'x.yml').value as { z: unknown }).z, { a: 3, b: 1, c: 2 });
  });

  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, i) => {
      const before = 'abcdefg'[i] ?? '';
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`;
    }),
  ].join('\n');

  const refused: readonly (readonly [string, string, string, RegExp, RegExp?])[] = [
    ['an alias bomb', bomb, '5:28', /expand to more than 50000 nodes/],
    ['a cyclic alias', 'a: &a\n  b: *a', '2:6', /inside its own anchor/],
    ['an unknown alias', 'a: {x: *y}', '1:8', /no anchor 'y'/, /quoted/],
    ['a duplicate key', 'a: 1\nb: 2\na: 3', '3:1', /'a' is given twice; first in line 1/],
    ['a second document', 'a: 1\n---\nb: 2', '3:1', /second YAML document/],
    ['an empty file', '# nothing\n', '1:1', /empty/],
    ['a key that is a map', '? {a: 1}\n: 2', '1:3', /key must be a plain word/],
    ['__proto__', 'a:\n  __proto__: 1', '2:3', /cannot be a key/],
    ['a merge of a text', 'a:\n  <<: b', '2:7', /merges a map/],
    ['a tab', 'a:\n\t- b', '2:', /tab/, /spaces/],
    ['an open brace', 'a: {b: {c: 1}\nd: 2\n', '1:4', /'\{' is never closed/],
    ['a brace too many', 'a: {b: 1}}', '1:10', /closes nothing/],
    ['a reserved character', 'a: @b', '1:4', /can't begin with '@'/, /quotes/],
    ['!x', 'that: !users-a.ok', '1:7', /reads '!users-a.ok' as a tag/, /not …/],
    ['a ? b : c', 'a: b ? c : d', '1:10', /reads 'c ?' as a key|': '/, /and, or, not/],
    ['a ? b : c in a map', 'a: {x: b ? c : d}', '1:14', /': ' follows it/, /and, or, not/],
    ['a colon and a space', 'about: one: two', '1:11', /reads 'one' as a key/, /quotes/],
    ['"x" == y', 'a: "x" == y', '1:8', /ends at the closing quote/, /of the other kind/],
    ['"x" == y in a map', 'a: {x: "x" == y}', '1:12', /ends at the closing quote/],
    ['a bracket in a flow list', 'a: [x["p","q"] == 1]', '1:6', /comma or a bracket/, /quotes/],
    ['something else', 'a: |\n  b\n c', '3:2', /not valid YAML/],
  ];
  for (const [name, text, where, message, hint] of refused) {
    it(`refuses ${name}`, () => {
      const problem = problemOf(text);
      assert.ok(at(problem).startsWith(where), `${at(problem)} ${problem.message}`);
      assert.match(problem.message, message);
      if (hint !== undefined) assert.match(problem.hint ?? '', hint);
    });
  }

  it('refuses a 300-byte bomb at once, and a merge bomb, and a large file', () => {
    assert.ok(bomb.length < 400);
    const merges = [
      'a: &a {k0: 1, k1: 1, k2: 1, k3: 1, k4: 1, k5: 1, k6: 1, k7: 1, k8: 1}',
      ...Array.from({ length: 100 }, (_, i) => `m${String(i)}: [{<<: *a}, {<<: *a}]`),
    ].join('\n');
    assert.match(problemOf(merges, { maxExpansion: 1000 }).message, /expand to more than 1000/);
    assert.match(problemOf('a: 12345', { maxBytes: 4 }).message, /larger than 4/);
  });

  it('hints at a comment, at a comma, at a missing space', () => {
    const document = readYaml('a: x #1 == y\nb: {c: f(x, y), d:1}\n# z', 'x.yml');
    assert.match(document.hintFor(['a']) ?? '', /'#1 == y' as a comment/);
    assert.match(document.hintFor(['b', 'c']) ?? '', /read only 'f\(x'/);
    assert.match(document.hintFor(['b', 'y)'], 'key') ?? '', /'y\)' as a key of its own/);
    assert.match(document.hintFor(['b', 'd:1'], 'key') ?? '', /'d: 1'/);
    assert.equal(document.hintFor(['b', 'c'], 'key'), undefined);
  });

  it('reads what any YAML writer writes', () => {
    const word = fc
      .string({ maxLength: 8 })
      .filter((text) => text !== '__proto__' && text !== '<<');
    const leaf = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(word, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        assert.deepEqual(readYaml(dump(value), 'x.yml').value, value);
      }),
    );
  });
});
