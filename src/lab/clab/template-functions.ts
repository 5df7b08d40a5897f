/** A value in a template; undefined is Go's nil: a variable that no file gives. */
export type TemplateValue =
  | string
  | number
  | boolean
  | undefined
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue };

/** @throws RangeError with what is wrong */
type TemplateFunction = (...values: readonly TemplateValue[]) => TemplateValue;

/** Of text/template's own functions and of containerlab's (utils/template.go) those that are rendered here. */
export const templateFunctions: Readonly<Record<string, TemplateFunction>> = {
  and: (...values) => values.find((value) => !isTrue(value)) ?? values.at(-1),
  or: (...values) => values.find(isTrue) ?? values.at(-1),
  not: (value) => !isTrue(value),
  eq: (value, ...others) => others.some((other) => other === value),
  ne: (a, b) => a !== b,
  lt: (a, b) => compare(a, b) < 0,
  le: (a, b) => compare(a, b) <= 0,
  gt: (a, b) => compare(a, b) > 0,
  ge: (a, b) => compare(a, b) >= 0,
  len: (value) => sizeOf(value),
  index: (value, ...keys) => keys.reduce(at, value),
  print: (...values) => values.map(printed).join(''),
  println: (...values) => `${values.map(printed).join(' ')}\n`,
  printf: (format, ...values) => formatted(printed(format), values),
  add: (a, b) => number(a) + number(b),
  subtract: (a, b) => number(a) - number(b),
  mul: (a, b) => number(a) * number(b),
  div: (a, b) => number(a) / divisor(b),
  idiv: (a, b) => Math.trunc(number(a) / divisor(b)),
  rem: (a, b) => number(a) % divisor(b),
  seq: (...values) => sequence(values.map(number)),
  slice: (...values) => values,
};

export function isTrue(value: TemplateValue): boolean {
  if (value === undefined || value === false || value === 0 || value === '') return false;
  return typeof value !== 'object' || sizeOf(value) > 0;
}

/** As `%v` prints it. */
export function printed(value: TemplateValue): string {
  if (value === undefined) throw new RangeError('there is no value');
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `map[${entries.map(([key, item]) => `${key}:${printed(item)}`).join(' ')}]`;
  }
  return String(value);
}

function number(value: TemplateValue): number {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof read === 'boolean') return read ? 1 : 0;
  if (typeof read !== 'number' || Number.isNaN(read)) throw new RangeError('expected a number');
  return read;
}

function divisor(value: TemplateValue): number {
  const read = number(value);
  if (read === 0) throw new RangeError('a division by 0');
  return read;
}

const LONGEST_SEQUENCE = 10_000;

/** gomplate's: `seq end`, `seq start end`, `seq start end step`; the sign of the step follows from the others. */
function sequence(values: readonly number[]): readonly number[] {
  if (values.length < 1 || values.length > 3) throw new RangeError('seq takes 1 to 3 numbers');
  const [start = 1, end = 0, step = 1] = values.length === 1 ? [1, ...values] : values;
  if (step === 0) return [];
  const signed = end < start ? -Math.abs(step) : Math.abs(step);
  const count = Math.floor((end - start) / signed) + 1;
  if (count > LONGEST_SEQUENCE) throw new RangeError(`seq: ${String(count)} numbers are too many`);
  return Array.from({ length: count }, (_, index) => start + index * signed);
}

function compare(a: TemplateValue, b: TemplateValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  throw new RangeError('numbers are compared with numbers, texts with texts');
}

function sizeOf(value: TemplateValue): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'object') return Object.keys(value).length;
  throw new RangeError('only texts, lists and maps have a length');
}

function at(value: TemplateValue, key: TemplateValue): TemplateValue {
  if (typeof value !== 'object') throw new RangeError('there is nothing to index');
  if (typeof key !== 'string' && typeof key !== 'number') throw new RangeError('that is no index');
  if (Array.isArray(value) && (typeof key !== 'number' || key < 0 || key >= value.length)) {
    throw new RangeError(`there is no entry ${String(key)}`);
  }
  return (value as Readonly<Record<string, TemplateValue>>)[key];
}

function formatted(format: string, values: readonly TemplateValue[]): string {
  let next = 0;
  const text = format.replace(
    /%([-0]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g,
    (_, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      const value = values[next];
      next += 1;
      const made = verbatim(verb, value, precision);
      const size = Number(width || 0);
      if (flags.includes('-')) return made.padEnd(size);
      return made.padStart(size, flags.includes('0') ? '0' : ' ');
    },
  );
  if (next !== values.length) throw new RangeError('printf: verbs and values do not match');
  return text;
}

function verbatim(verb: string, value: TemplateValue, precision: string | undefined): string {
  switch (verb) {
    case 'v':
    case 's':
      return printed(value);
    case 'd':
      return String(Math.trunc(number(value)));
    case 'x':
      return number(value).toString(16);
    case 'X':
      return number(value).toString(16).toUpperCase();
    case 'q':
      return JSON.stringify(printed(value));
    case 'f':
      return number(value).toFixed(Number(precision ?? 6));
    default:
      throw new RangeError(`printf: %${verb} is not rendered here`);
  }
}
