import { ChaosError } from '../errors.ts';
import type { Dimension, Quantity } from './quantity.ts';

/** What a value of a dimension looks like, for messages: 'a duration such as 20ms'. */
export const dimensionExamples: Readonly<Record<Dimension, string>> = {
  duration: 'a duration such as 20ms',
  ratio: 'a percentage such as 30%',
  'bit-rate': 'a bit rate such as 10mbit',
  rate: 'a rate such as 100/s',
  size: 'a size such as 1500B',
  count: 'a plain number such as 5',
};

interface Unit {
  readonly dimension: Dimension;
  readonly factor: number;
}

const unit = (dimension: Dimension, factor: number): Unit => ({ dimension, factor });

/** Every unit, with its factor to the canonical one (quantity.ts). */
const units: Readonly<Record<string, Unit>> = {
  ns: unit('duration', 1),
  us: unit('duration', 1e3),
  ms: unit('duration', 1e6),
  s: unit('duration', 1e9),
  m: unit('duration', 60e9),
  h: unit('duration', 3600e9),
  d: unit('duration', 86400e9),
  bit: unit('bit-rate', 1),
  kbit: unit('bit-rate', 1e3),
  mbit: unit('bit-rate', 1e6),
  gbit: unit('bit-rate', 1e9),
  tbit: unit('bit-rate', 1e12),
  '/s': unit('rate', 1),
  'k/s': unit('rate', 1e3),
  'M/s': unit('rate', 1e6),
  B: unit('size', 1),
  kB: unit('size', 1e3),
  MB: unit('size', 1e6),
  GB: unit('size', 1e9),
  KiB: unit('size', 2 ** 10),
  MiB: unit('size', 2 ** 20),
  GiB: unit('size', 2 ** 30),
  '': unit('count', 1),
};

/** Spellings that people bring along from other tools, with ours. */
const otherSpellings: Readonly<Record<string, string>> = {
  µs: 'us', usec: 'us', msec: 'ms', sec: 's', secs: 's', second: 's', seconds: 's', min: 'm',
  mins: 'm', minute: 'm', minutes: 'm', hour: 'h', hours: 'h', day: 'd', days: 'd', S: 's', MS: 'ms',
  bps: 'bit', kbps: 'kbit', mbps: 'mbit', gbps: 'gbit', Kbit: 'kbit', Mbit: 'mbit', Gbit: 'gbit',
  Kbps: 'kbit', Mbps: 'mbit', Gbps: 'gbit', 'bit/s': 'bit', 'kbit/s': 'kbit', 'Mbit/s': 'mbit',
  'Gbit/s': 'gbit', pps: '/s', 'pkt/s': '/s', 'packets/s': '/s', Hz: '/s', hz: '/s', 'K/s': 'k/s',
  'm/s': 'M/s', b: 'B', byte: 'B', bytes: 'B', KB: 'kB', kb: 'kB', mb: 'MB', gb: 'GB', kib: 'KiB',
  K: 'KiB', k: 'kB', percent: '%',
}; // prettier-ignore

/**
 * One quantity where a sticky match starts, as greedy as a reader's eye: `1m30s`, `30%`, `20k/s`, `1500B`, `5`.
 * `1..20` is a 1; `10/2` is a 10; what isn't a quantity is left to `parseQuantity` to refuse.
 */
export const quantityPattern: RegExp = /\d(?:[\w%µ]|\.(?=\d)|\/(?=[A-Za-z]))*/y;

const onePart = /^(\d+(?:\.\d+)?)(.*)$/su;
const durationParts = /(\d+(?:\.\d+)?)(ns|us|ms|s|m|h|d)/gy;

/**
 * A quantity as it is written in YAML and in expressions. Strict: no spaces, no sign, no exponent, no other spellings.
 * @throws ChaosError 'invalid' that says what was expected
 */
export function parseQuantity(text: string): Quantity {
  const parts = onePart.exec(text);
  if (parts === null)
    throw notAQuantity(text, 'expected a number with a unit, such as 20ms or 30%');
  const [, digits = '', suffix = ''] = parts;
  if (suffix === '%') return checked(text, 'ratio', Number(`${digits}e-2`));
  const found = Object.hasOwn(units, suffix) ? units[suffix] : undefined;
  if (found !== undefined) return checked(text, found.dimension, times(digits, found.factor));
  const compound = compoundDuration(text);
  if (compound !== undefined) return checked(text, 'duration', compound);
  const ours = Object.hasOwn(otherSpellings, suffix) ? otherSpellings[suffix] : undefined;
  const why = `'${suffix}' is not a unit`;
  if (ours !== undefined) throw notAQuantity(text, `${why}; write ${digits}${ours}`);
  throw notAQuantity(
    text,
    `${why}; units are ns us ms s m h d, %, bit kbit mbit gbit, /s k/s, B kB KiB`,
  );
}

/** `1m30s`: every unit once, in falling order. */
function compoundDuration(text: string): number | undefined {
  let sum = 0;
  let end = 0;
  let lastFactor = Infinity;
  for (const match of text.matchAll(durationParts)) {
    const factor = units[match[2] ?? '']?.factor ?? 0;
    if (factor >= lastFactor) {
      throw notAQuantity(
        text,
        'units of a duration go from large to small, each once, as in 1m30s',
      );
    }
    lastFactor = factor;
    sum += times(match[1] ?? '0', factor);
    end = match.index + match[0].length;
  }
  return end > 0 && end === text.length ? sum : undefined;
}

/** Durations, sizes and bit rates are whole numbers of their canonical unit; everything stays below 2^53. */
function checked(text: string, dimension: Dimension, value: number): Quantity {
  if (value > Number.MAX_SAFE_INTEGER) throw notAQuantity(text, 'that is too large');
  const whole = dimension === 'duration' || dimension === 'size' || dimension === 'bit-rate';
  if (!whole) return { dimension, value, text };
  const rounded = Math.round(value);
  // 0.1ms * 1e6 is off by a rounding error of binary fractions; 0.5ns is off by half
  if (Math.abs(rounded - value) > 1e-6 * Math.max(1, value) || (rounded === 0 && value > 0)) {
    const smallest = { duration: '1ns', size: '1B', 'bit-rate': '1bit' }[dimension];
    throw notAQuantity(text, `that is not a whole multiple of ${smallest}`);
  }
  return { dimension, value: rounded, text };
}

function notAQuantity(text: string, why: string): ChaosError {
  return new ChaosError('invalid', `'${text}': ${why}`);
}

/**
 * A quantity as a plain number of `unitName` (`s`, `ms`, `%`, `kbit`, ...).
 * @throws ChaosError 'invalid'
 */
export function inUnit(quantity: Pick<Quantity, 'dimension' | 'value'>, unitName: string): number {
  const found =
    unitName === '%'
      ? unit('ratio', 0.01)
      : Object.hasOwn(units, unitName)
        ? units[unitName]
        : undefined;
  if (found === undefined || unitName === '') {
    throw notAQuantity(unitName, 'not a unit');
  }
  if (found.dimension !== quantity.dimension) {
    throw notAQuantity(unitName, `not a unit of ${dimensionExamples[quantity.dimension]}`);
  }
  return Number(shortest(quantity.value, found.factor));
}

/** The shortest text that `parseQuantity` reads back as this value. Negative values (differences) get a sign. */
export function formatQuantity(quantity: Pick<Quantity, 'dimension' | 'value'>): string {
  const { dimension, value } = quantity;
  if (!Number.isFinite(value)) return String(value);
  if (value < 0) return `-${formatQuantity({ dimension, value: -value })}`;
  switch (dimension) {
    case 'duration':
      return formatDuration(Math.round(value));
    case 'ratio':
      return `${shortest(value, 0.01)}%`;
    case 'bit-rate':
      return withLargest(value, ['tbit', 'gbit', 'mbit', 'kbit', 'bit'], 1);
    case 'rate':
      return withLargest(value, ['M/s', 'k/s', '/s'], 1);
    case 'size':
      return formatSize(value);
    case 'count':
      return plain(value);
    default:
      return dimension satisfies never;
  }
}

function formatDuration(ns: number): string {
  if (ns === 0) return '0s';
  if (ns < 1e3) return `${String(ns)}ns`;
  if (ns < 1e6) return `${shortest(ns, 1e3)}us`;
  if (ns < 1e9) return `${shortest(ns, 1e6)}ms`;
  let text = '';
  let rest = ns;
  for (const name of ['d', 'h', 'm']) {
    const factor = units[name]?.factor ?? 1;
    const n = Math.floor(rest / factor);
    if (n > 0) text += `${String(n)}${name}`;
    rest -= n * factor;
  }
  if (rest === 0) return text;
  // a nanosecond after an hour is not 0.000000001s: seven leading zeros read badly
  return rest < 1e6 ? text + formatDuration(rest) : `${text}${shortest(rest, 1e9)}s`;
}

function formatSize(bytes: number): string {
  for (const name of ['GB', 'GiB', 'MB', 'MiB', 'kB', 'KiB']) {
    const n = bytes / (units[name]?.factor ?? 1);
    if (n >= 1 && Number.isInteger(n)) return `${String(n)}${name}`;
  }
  return `${plain(bytes)}B`;
}

function withLargest(value: number, names: readonly string[], smallest: number): string {
  for (const name of names) {
    const factor = units[name]?.factor ?? smallest;
    if (value >= factor || factor === smallest) return `${shortest(value, factor)}${name}`;
  }
  return plain(value);
}

/** value / factor in decimals: the digits stay as they are, the point moves, and what reads it moves it back. */
function shortest(value: number, factor: number): string {
  const exponent = decimalExponent(factor);
  if (exponent === undefined) return plain(value / factor);
  const [whole = '', fraction = ''] = plain(value).split('.');
  const digits = `${'0'.repeat(20)}${whole}${fraction}${'0'.repeat(20)}`;
  const point = 20 + whole.length - exponent;
  const text = `${digits.slice(0, point)}.${digits.slice(point)}`;
  return text.replace(/^0+(?=\d)|\.?0+$/g, '');
}

/** What is written times a factor: shifted as text where that is possible, so that no digit is lost on the way. */
function times(digits: string, factor: number): number {
  const exponent = decimalExponent(factor);
  return exponent === undefined ? Number(digits) * factor : Number(`${digits}e${String(exponent)}`);
}

function decimalExponent(factor: number): number | undefined {
  const exponent = Math.round(Math.log10(factor));
  return Number(`1e${String(exponent)}`) === factor ? exponent : undefined;
}

/** Decimal notation without an exponent. */
function plain(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toFixed(20).replace(/\.?0+$/, '');
}
