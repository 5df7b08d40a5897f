/** Numbers as people read them, the same in every report. Pure; no locale, so that goldens agree everywhere. */

const NS_PER_SECOND = 1e9;

/** A duration: '0 s', '850 µs', '12 ms', '4.25 s', '312 s'. */
export function durationText(ns: number): string {
  const size = Math.abs(ns);
  if (size === 0) return '0 s';
  if (size < 1e6) return `${trimmed(ns / 1e3, 0)} µs`;
  if (size < 1e9) return `${trimmed(ns / 1e6, size < 1e7 ? 1 : 0)} ms`;
  return `${trimmed(ns / NS_PER_SECOND, size < 1e11 ? 2 : 1)} s`;
}

/** A ratio as percent: 0.3 is '30 %'. */
export function percentText(ratio: number): string {
  const percent = ratio * 100;
  const size = Math.abs(percent);
  return `${trimmed(percent, size >= 10 || size === 0 ? 1 : 2)} %`;
}

/** '1 episode', '6 episodes' */
export function countText(n: number, singular: string, plural = `${singular}s`): string {
  return `${String(n)} ${n === 1 ? singular : plural}`;
}

/** At most `decimals` digits after the point, no trailing zeros, never '-0'. */
export function trimmed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : short;
}

/** 'a', 'a and b', 'a, b and c' */
export function listText(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}
