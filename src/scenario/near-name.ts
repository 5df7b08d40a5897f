/** The candidate that the user most likely meant by `word`; undefined when none is near enough to be worth saying. */
export function nearName(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  const given = word.toLowerCase();
  for (const candidate of candidates) {
    const name = candidate.toLowerCase();
    const allowed = Math.max(1, Math.floor(Math.max(given.length, name.length) / 3));
    // an abbreviation (`carrier` for `carrier-loss`) is nearer than its length says
    const distance =
      given.length >= 3 && (name.startsWith(given) || given.startsWith(name))
        ? 0.5
        : editDistance(given, name);
    if (distance <= allowed && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Edits of one letter, and swaps of two neighbours, that make `b` of `a` (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const edit = 1 + Math.min(last[j] ?? 0, row[j - 1] ?? 0, (last[j - 1] ?? 0) - (same ? 1 : 0));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(swapped ? Math.min(edit, (beforeLast[j - 2] ?? 0) + 1) : edit);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
