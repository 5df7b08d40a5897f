/** A moment of lab time for people, from ms: `+1:05.250`, before ready `-0:12.000`. */
export function labTime(ms: number): string {
  const sign = ms < 0 ? '-' : '+';
  const rounded = Math.round(Math.abs(ms));
  const minutes = Math.floor(rounded / 60_000);
  const seconds = ((rounded % 60_000) / 1000).toFixed(3).padStart(6, '0');
  return `${sign}${minutes.toString()}:${seconds}`;
}

/** A length of time for people, from ms: `850 ms`, `3.2 s`, `4 min 5 s`, `2 h 5 min`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms).toString()} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes.toString()} min ${(seconds % 60).toString()} s`;
  return `${Math.floor(minutes / 60).toString()} h ${(minutes % 60).toString()} min`;
}
