/** Rows as lines with aligned columns, two spaces between; the last alignment is that of all further columns. */
export function columns(
  rows: readonly (readonly string[])[],
  align: readonly ('left' | 'right')[],
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, lengthOf(cell));
    });
  }
  return rows.map((row) => {
    const cells = row.flatMap((cell, i) => {
      const width = widths[i] ?? 0;
      if (width === 0) return [];
      const space = ' '.repeat(width - lengthOf(cell));
      return [(align[i] ?? align.at(-1)) === 'right' ? space + cell : cell + space];
    });
    return cells.join('  ').trimEnd();
  });
}

/** in code points, as a terminal counts all that we print */
function lengthOf(cell: string): number {
  return Array.from(cell).length;
}
