/**
 * The integer that yaml.v2 reads for a plain scalar: strconv.ParseInt with base 0 ('0x10', '0b11', '0o17', '017' are 16, 3,
 * 15, 15), underscores left out. undefined for what is none.
 */
export function goInteger(text: string): bigint | undefined {
  const plain = text.replaceAll('_', '');
  const [, sign = '', digits = ''] = /^([-+]?)(\w+)$/.exec(plain) ?? [];
  const isInteger =
    /^(?:0|[1-9]\d*)$/.test(digits) || /^0(?:[xX][\da-fA-F]+|[bB][01]+|[oO]?[0-7]+)$/.test(digits);
  if (!isInteger) return undefined;
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const signed = sign === '-' ? -value : value;
  return signed >= -(2n ** 63n) && signed < 2n ** 64n ? signed : undefined;
}

const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/** The number that yaml.v2 reads for a plain scalar; undefined for what is none. */
export function goNumber(text: string): number | undefined {
  const integer = goInteger(text);
  if (integer !== undefined) return Number(integer);
  const plain = text.replaceAll('_', '');
  if (/^[-+.\d]/.test(text) && float.test(plain)) return Number(plain);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? NaN : undefined;
}

export function goFlag(text: string): boolean | undefined {
  if (/^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/.test(text)) return true;
  if (/^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/.test(text)) return false;
  return undefined;
}

/** time.ParseDuration: '1.5h', '10h30m', '-2us', '0'. */
export function isGoDuration(text: string): boolean {
  return /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(text);
}
