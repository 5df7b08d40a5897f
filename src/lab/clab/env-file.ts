/**
 * The variables of an env file as containerlab reads it (joho/godotenv, without its substitutions): `NAME=value` or
 * `export NAME=value`, `#` comments, single or double quotes.
 */
export function readEnvFile(text: string): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*[=:]\s*(.*)$/.exec(line);
    if (match?.[1] !== undefined) entries.push([match[1], valueOf(match[2] ?? '')]);
  }
  return Object.fromEntries(entries);
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r' };

function valueOf(written: string): string {
  const single = /^'([^']*)'/.exec(written);
  if (single !== null) return single[1] ?? '';
  const double = /^"((?:[^"\\]|\\.)*)"/.exec(written);
  if (double !== null)
    return (double[1] ?? '').replace(/\\(.)/g, (_, c: string) => ESCAPED[c] ?? c);
  return written.replace(/(?:^|\s)#.*$/, '').trim();
}
