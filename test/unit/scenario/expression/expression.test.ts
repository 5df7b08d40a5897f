import assert from 'node:assert/strict';
import fc from 'fast-check';
import type {
  BinaryOperator,
  Expression,
  SignalValue,
} from '../../../../src/scenario/expression/ast.ts';
import { checkExpression, foldParams } from '../../../../src/scenario/expression/check.ts';
import { evaluate, signalsOf } from '../../../../src/scenario/expression/evaluate.ts';
import { ExpressionError } from '../../../../src/scenario/expression/expression-error.ts';
import { parseExpression, parseWindow } from '../../../../src/scenario/expression/parse.ts';
import { printExpression } from '../../../../src/scenario/expression/print.ts';
import type { KnownSignal, ParamValue } from '../../../../src/scenario/expression/scope.ts';
import { timeOf } from '../../../../src/scenario/expression/time.ts';
import type { TimeValue } from '../../../../src/scenario/expression/time.ts';
import type { Dimension } from '../../../../src/scenario/quantity.ts';

const signals = new Map<string, KnownSignal>(
  (
    [
      { path: 'gw.masters', valueType: 'count' },
      { path: 'gw.gap', valueType: 'duration' },
      { path: 'users-a.ok', valueType: 'boolean' },
      { path: 'users-a.loss', valueType: 'ratio' },
      { path: 'tree.sw3.root-port', valueType: 'state' },
      { path: 'tree.state["sw-a","eth3"]', valueType: 'state', states: ['forwarding', 'blocking'] },
      { path: 'flow.rate', valueType: 'bit-rate' },
    ] satisfies KnownSignal[]
  ).map((signal) => [signal.path, signal]),
);
const params = new Map<string, ParamValue>([
  ['advert', { dimension: 'duration', value: 1e9, text: '1s' }],
  ['loss', { dimension: 'ratio', value: 0.3, text: '30%' }],
  ['n', { dimension: 'count', value: 3, text: '3' }],
  ['mode', 'blocking'],
  ['strict', true],
]);

function errorOf(body: () => unknown): ExpressionError {
  try {
    body();
  } catch (error) {
    assert.ok(error instanceof ExpressionError, String(error));
    return error;
  }
  assert.fail('no error');
}

function run(source: string, values: Record<string, SignalValue> = {}): SignalValue {
  const { expression } = checkExpression(parseExpression(source), { signals, params });
  return evaluate(expression, (path) => values[path] ?? null);
}

describe('scenario/expression', () => {
  describe('precedence', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['a or b and c', 'a or b and c'],
      ['(a or b) and c', '(a or b) and c'],
      ['not a == b', 'not a == b'],
      ['(not a) == b', '(not a) == b'],
      ['a + b * c - d', 'a + b * c - d'],
      ['a - (b - c)', 'a - (b - c)'],
      ['(a - b) - c', 'a - b - c'],
      ['-(a + b) * 2', '-(a + b) * 2'],
      ['a   in [ b,c ]', 'a in [b, c]'],
      ['a not in ["x"]', 'not a in ["x"]'],
      ['users-a.ok - b', 'users-a.ok - b'],
      ['x[ "a" , \'b\' ].up', 'x["a","b"].up'],
      ['cut[1].end + 90s', 'cut[1].end + 1m30s'],
      ['4 * $advert-long', '4 * $advert-long'],
    ];
    for (const [source, printed] of cases) {
      it(source, () => assert.equal(printExpression(parseExpression(source)), printed));
    }
  });

  it('gives each node its place in the text', () => {
    const source = 'gw.masters <= (1 + 2)';
    const expression = parseExpression(source);
    assert.equal(source.slice(0, expression.length), source);
    assert.ok(expression.type === 'binary');
    const { offset, length } = expression.right;
    assert.equal(source.slice(offset, offset + length), '(1 + 2)');
  });

  describe('values', () => {
    const values = { 'gw.masters': 2, 'users-a.ok': true, 'gw.gap': 3e9, 'users-a.loss': 0.1 };
    const port = { 'tree.state["sw-a","eth3"]': 'blocking', 'tree.sw3.root-port': 'eth1' };
    const cases: readonly (readonly [string, SignalValue, Record<string, SignalValue>?])[] = [
      ['gw.masters <= 1', false, values],
      ['gw.masters == 2 and users-a.ok', true, values],
      ['not users-a.ok', false, values],
      ['gw.gap > 2 * $advert', true, values],
      ['gw.gap / $advert > 250%', true, values],
      ['users-a.loss < $loss', true, values],
      ['users-a.loss * 50% < 6%', true, values],
      ['gw.masters + 1 == $n', true, values],
      ['tree.state["sw-a","eth3"] == blocking', true, port],
      ['blocking == tree.state["sw-a","eth3"]', true, port],
      ['tree.state["sw-a","eth3"] == $mode', true, port],
      ['tree.state["sw-a","eth3"] != "forwarding"', true, port],
      ['tree.state["sw-a","eth3"] in [forwarding, blocking]', true, port],
      ['tree.sw3.root-port not in [eth2, "eth3"]', true, port],
      ['users-a.ok == $strict', true, values],
      ['-gw.masters < 0', true, values],
    ];
    for (const [source, want, given] of cases) {
      it(source, () => assert.equal(run(source, given), want));
    }
  });

  it('is three-valued', () => {
    const of = { t: true, f: false, u: null } as const;
    const lookup = (path: string): SignalValue => of[path as keyof typeof of];
    const table: readonly (readonly [string, SignalValue])[] = [
      ['t and u', null], ['u and t', null], ['f and u', false], ['u and f', false], ['u and u', null],
      ['t or u', true], ['u or t', true], ['f or u', null], ['u or f', null], ['not u', null],
      ['u == 1', null], ['u != 1', null], ['u < 1', null], ['u + 1', null], ['1 / 0', null],
      ['u in [1]', null], ['1 in [u, 1]', true], ['1 in [u, 2]', null], ['-u', null],
    ]; // prettier-ignore
    for (const [source, want] of table) {
      assert.equal(evaluate(parseExpression(source), lookup), want, source);
    }
  });

  it('lists signals once, in order', () => {
    const expression = parseExpression('b.x and (a.y or not b.x) and c.z in [d.w]');
    assert.deepEqual(signalsOf(expression), ['b.x', 'a.y', 'c.z', 'd.w']);
  });

  describe('mistakes', () => {
    const cases: readonly (readonly [string, number, RegExp, RegExp?])[] = [
      ['', 0, /end of the expression/],
      ['gw.masters <=', 13, /end of the expression/],
      ['gw.masters = 1', 11, /'=' is not an operator/, /'=='/],
      ['users-a.ok && users-a.ok', 11, /'&&'/, /'and'/],
      ['!users-a.ok', 0, /'!'/, /'not'/],
      ['users-a.ok ? 1 : 2', 11, /'\?'/, /and, or, not/],
      ['1 < 2 < 3', 6, /do not chain/],
      ['(gw.masters', 11, /expected '\)'/],
      ['gw.masters < 1)', 14, /unexpected '\)'/],
      ['gw.masters 1', 11, /unexpected '1'/],
      ['max(1, 2)', 0, /no function 'max'/],
      ['gw.gap < 20msec', 9, /write 20ms/],
      ['"abc', 0, /no closing quote/],
      ['x[a]', 2, /quoted name/],
      ['gw.masters in forwarding', 14, /expected a list/],
      ['and', 0, /unexpected 'and'/],
      ['$', 0, /parameter's name/],
      ['gw.mastres <= 1', 0, /no signal 'gw.mastres'/, /gw.masters/],
      ['gw.masters-1 == 0', 0, /no signal/, /gw.masters - 1/],
      ['$avdert < 1s', 0, /no parameter '\$avdert'/, /\$advert/],
      ['gw.gap < 5', 9, /left side is a duration.*right side a plain number/, /a duration/],
      ['gw.masters < 1s', 13, /right side a duration/],
      ['gw.gap + 1 > 2s', 9, /'\+' compares or joins/],
      ['gw.gap * gw.gap > 1s', 0, /can't multiply a duration/],
      ['flow.rate > 100/s', 12, /right side a rate/],
      ['users-a.ok and gw.masters', 15, /this is a plain number/, /condition/],
      ['not gw.masters', 4, /this is a plain number/],
      ['users-a.ok < true', 0, /this is true or false/],
      ['tree.state["sw-a","eth3"] == fowarding', 29, /not a state/, /forwarding/],
      ['tree.state["sw-a","eth3"] in [up]', 30, /not a state/],
      ['[1, 2] == 1', 0, /unexpected '\['/],
      ['('.repeat(150), 100, /nested too deeply/],
      ['not '.repeat(150), 396, /nested too deeply/],
      ['-'.repeat(150), 99, /nested too deeply/],
    ];
    for (const [source, offset, message, more] of cases) {
      it(source.slice(0, 40) || '(nothing)', () => {
        const error = errorOf(() => run(source));
        assert.match(error.message, message);
        assert.equal(error.offset, offset);
        if (more === undefined) return;
        assert.match([error.hint, error.near, error.expected].join(' | '), more);
      });
    }
  });

  it('folds parameters to a quantity that remembers its text', () => {
    const quantity = foldParams(parseExpression('4 * $advert'), params);
    assert.deepEqual(quantity, { dimension: 'duration', value: 4e9, text: '4 * $advert' });
    assert.equal(foldParams(parseExpression('$loss > 10%'), params), true);
    assert.match(errorOf(() => foldParams(parseExpression('1s / 0'), params)).message, /no value/);
  });

  describe('time', () => {
    const scope = { params, spans: new Set(['bursts', 'cut[1]', 'run']) };
    const cases: readonly (readonly [string, TimeValue])[] = [
      ['20s', { type: 'duration', ns: 20e9 }],
      ['4 * $advert - 1s', { type: 'duration', ns: 3e9 }],
      ['bursts', { type: 'span', of: 'bursts', offsetNs: 0 }],
      ['bursts + 20s', { type: 'span', of: 'bursts', offsetNs: 20e9 }],
      ['bursts.start - 5s', { type: 'edge', of: 'bursts', edge: 'start', offsetNs: -5e9 }],
      ['1s + cut[1].end + 2 * $advert', { type: 'edge', of: 'cut[1]', edge: 'end', offsetNs: 3e9 }],
      ['ready + 5s', { type: 'edge', of: 'ready', edge: 'start', offsetNs: 5e9 }],
    ];
    for (const [source, want] of cases) {
      it(source, () => assert.deepEqual(timeOf(parseExpression(source), scope), want));
    }
    const mistakes: readonly (readonly [string, number, RegExp])[] = [
      ['burst + 20s', 0, /no step 'burst'/],
      ['bursts-10s', 0, /no step 'bursts-10s'/],
      ['bursts.middle', 0, /no edge/],
      ['2 * bursts', 0, /only a duration can be added/],
      ['bursts + cut[1]', 9, /two moments/],
      ['20s - bursts', 6, /taken from a moment/],
      ['20', 0, /this is a plain number/],
      ['30%', 0, /this is a percentage/],
    ];
    for (const [source, offset, message] of mistakes) {
      it(`refuses ${source}`, () => {
        const error = errorOf(() => timeOf(parseExpression(source), scope));
        assert.match(error.message, message);
        assert.equal(error.offset, offset);
      });
    }
  });

  it('parses windows', () => {
    assert.equal(parseWindow('run').type, 'single');
    assert.equal(parseWindow('a.start .. b + 10s').type, 'range');
    assert.equal(parseWindow('a..b').type, 'range');
    assert.deepEqual(parseWindow('each step'), { type: 'each-step', offset: null });
    assert.equal(parseWindow('each step + 10s').type, 'each-step');
    assert.equal(errorOf(() => parseWindow('each window')).offset, 5);
    assert.equal(errorOf(() => parseWindow('a .. b .. c')).offset, 7);
  });

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(trees(), (expression) => {
        const text = printExpression(expression);
        assert.deepEqual(withoutPlaces(parseExpression(text)), withoutPlaces(expression), text);
      }),
      { numRuns: 300 },
    );
  });
});

function withoutPlaces(expression: Expression): unknown {
  return JSON.parse(
    JSON.stringify(expression, (key, value: unknown) =>
      key === 'offset' || key === 'length' ? undefined : value,
    ),
  );
}

/** Any expression that the grammar can say. */
function trees(): fc.Arbitrary<Expression> {
  const place = { offset: fc.constant(0), length: fc.constant(0) };
  const word = fc.constantFrom('gw.masters', 'users-a.ok', 'x["a","b"].up', 'cut[1].end', 'up');
  const dimension = fc.constantFrom<Dimension>('duration', 'size', 'bit-rate', 'count');
  const leaf: fc.Arbitrary<Expression> = fc.oneof(
    fc.record({ type: fc.constant('quantity'), dimension, value: fc.nat(), ...place }),
    fc.record({ type: fc.constant('boolean'), value: fc.boolean(), ...place }),
    fc.record({ type: fc.constant('string'), value: fc.constantFrom('a b', "it's", ''), ...place }),
    fc.record({ type: fc.constant('signal'), path: word, ...place }),
    fc.record({ type: fc.constant('param'), name: fc.constantFrom('loss', 'a-b'), ...place }),
  );
  const operators: readonly BinaryOperator[] = [
    'or', 'and', '==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/',
  ]; // prettier-ignore
  return fc.letrec<{ tree: Expression }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({ type: fc.constant('not'), of: tie('tree'), ...place }),
      fc.record({ type: fc.constant('negative'), of: tie('tree'), ...place }),
      fc.record({
        type: fc.constant('binary'),
        operator: fc.constantFrom(...operators),
        left: tie('tree'),
        right: tie('tree'),
        ...place,
      }),
      fc.record({
        type: fc.constant('binary'),
        operator: fc.constant('in'),
        left: tie('tree'),
        right: fc.record({
          type: fc.constant('list'),
          items: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
          ...place,
        }),
        ...place,
      }),
    ),
  })).tree;
}
