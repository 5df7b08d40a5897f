import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ChaosError } from '../../../../src/errors.ts';
import { substitute } from '../../../../src/lab/clab/substitute.ts';

const environment = { BAR: 'bar', FOO: 'foo', EMPTY: '' };

/** What containerlab's library (hellt/envsubst 0.2.0, no replace, no digit) makes of the same texts; run, not read. */
const cases: readonly (readonly [string, string])[] = [
  ['', ''],
  ['$BAR baz', 'bar baz'],
  ['$BAR$FOO', 'barfoo'],
  ['${BAR}baz', 'barbaz'],
  ['$_ bar', '$_ bar'],
  ['${_} bar', '${_} bar'],
  ['Stuff$ToIgnore!d', 'Stuff$ToIgnore!d'],
  ['${NOTSET} $EMPTY ${EMPTY}', '$NOTSET $EMPTY $EMPTY'],
  ['${NOTSET-$BAR}', 'bar'],
  ['${NOTSET=$BAR}', 'bar'],
  ['${EMPTY-$BAR}', '$EMPTY'],
  ['${EMPTY=$BAR}', '$EMPTY'],
  ['${EMPTY:-$BAR}', 'bar'],
  ['${EMPTY:=$BAR}', 'bar'],
  ['${BAR:=other}', 'bar'],
  ['${EMPTY+hello}', 'hello'],
  ['${EMPTY:+hello}', 'hello'],
  ['${NOTSET+hello}', ''],
  ['${NOTSET:+hello}', ''],
  ['${NOTSET:=${ALSO:-deep}}', '{ALSO:-deep}'],
  ['${NOTSET:-x $BAR}', 'x $BAR'],
  ['${NOTSET:-$BAR-x}', 'x'],
  ['${NOTSET:-}', '$NOTSET'],
  ['${BAR%.*} ${!BAR} ${#BAR} ${}', 'bar ${!BAR} ${#BAR} ${}'],
  ['$(date) a$', '$(date) a$'],
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

  it('says what containerlab drops without a word', () => {
    const { dropped } = substitute('a ${BAR%.*} ${BAR:-x} ${BAR:?why}', environment, 'f');
    assert.deepEqual(dropped, [
      { offset: 2, text: '${BAR%.*}' },
      { offset: 22, text: '${BAR:?why}' },
    ]);
  });

  it('refuses a brace that its line does not close, at the brace', () => {
    assert.throws(
      () => substitute('a: 1\nb: ${BAR\nc: }', environment, 'f'),
      (error) =>
        error instanceof ChaosError &&
        error.problems[0]?.position.line === 2 &&
        error.problems[0].position.column === 4,
    );
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
        const { text, originalOffset } = substitute(source, environment, 'f');
        assert.equal(originalOffset(text.indexOf('@')), source.indexOf('@'));
      }),
    );
  });
});
