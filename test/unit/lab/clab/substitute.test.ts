import assert from 'node:assert/strict';
import fc from 'fast-check';
import { substitute } from '../../../../src/lab/clab/substitute.ts';

const environment = { BAR: 'bar', FOO: 'foo', EMPTY: '' };

/** What containerlab's library (hellt/envsubst, no replace, no digit) makes of the same texts. */
const cases: readonly (readonly [string, string])[] = [
  ['', ''],
  ['$BAR baz', 'bar baz'],
  ['$BAR$FOO', 'barfoo'],
  ['${BAR}baz', 'barbaz'],
  ['$_ bar', '$_ bar'],
  ['${_} bar', '${_} bar'],
  ['Stuff$ToIgnore!d', 'Stuff$ToIgnore!d'],
  ['${NOTSET} $EMPTY ${EMPTY}', '${NOTSET} $EMPTY ${EMPTY}'],
  ['${NOTSET-$BAR}', 'bar'],
  ['${NOTSET=$BAR}', 'bar'],
  ['${EMPTY-$BAR}', ''],
  ['${EMPTY=$BAR}', ''],
  ['${EMPTY:-$BAR}', 'bar'],
  ['${EMPTY:=$BAR}', 'bar'],
  ['${BAR:=other}', 'bar'],
  ['${EMPTY+hello}', 'hello'],
  ['${EMPTY:+hello}', 'hello'],
  ['${NOTSET+hello}', ''],
  ['${NOTSET:+hello}', ''],
  ['${NOTSET:=${ALSO:-deep}}', 'deep'],
  ['${HOME_URL-http://localhost:8080}', 'http://localhost:8080'],
  ['${hello:=wo_rld} ${foo:=bar_baz}', 'wo_rld bar_baz'],
  ['hello $BAR\nhello ${EMPTY:=$FOO}', 'hello bar\nhello foo'],
  ['FOO $$BAR BAZ', 'FOO $BAR BAZ'],
  ['FOO $${BAR} BAZ', 'FOO ${BAR} BAZ'],
  ['$$$BAR', '$bar'],
  ['$$${BAZ:-baz}', '$baz'],
  ['hello $1ABC ${2ABC}', 'hello $1ABC ${2ABC}'],
  ['100$', '100$'],
];

describe('lab/clab/substitute', () => {
  for (const [given, expected] of cases) {
    it(`${JSON.stringify(given)} is ${JSON.stringify(expected)}`, () => {
      assert.equal(substitute(given, environment, 'f').text, expected);
    });
  }

  it('does not take what every object has for a variable', () => {
    assert.equal(substitute('${constructor:-none}', {}, 'f').text, 'none');
  });

  it('maps each character of what is copied back to its place', () => {
    const part = fc.constantFrom(
      'a',
      ' b: ',
      '\n',
      '\r\n',
      '$$',
      '${BAR}',
      '${NOTSET:=x y}',
      '$FOO',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        // a marker that stands once, anywhere: its place is known in both texts
        const source = [...parts, '@', ...parts].join('');
        const { text, original } = substitute(source, environment, 'f');
        assert.deepEqual(original(place(text)), place(source));
      }),
    );
  });
});

function place(text: string): { file: string; line: number; column: number } {
  const before = text.slice(0, text.indexOf('@')).split(/\r\n|\n/);
  return { file: 'f', line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
