import type { YamlNode } from './yaml-node.ts';

export interface Explanation {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

const QUOTE = 'put the whole text in quotes';

/** What the library's complaint means for somebody who wrote an expression, not YAML. */
export function explainSyntaxError(text: string, offset: number, reason: string): Explanation {
  const here = text[offset] ?? '';
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  if (/^unexpected end of the stream within a flow|^deficient indentation/.test(reason)) {
    const open = lastUnclosed(text.slice(0, offset));
    if (open !== undefined) {
      return { offset: open, message: `this '${text[open] ?? ''}' is never closed` };
    }
  }
  if (reason.startsWith('tab characters')) {
    return {
      offset,
      message: 'a tab stands in the indentation',
      hint: 'YAML is indented with spaces',
    };
  }
  if (/["']\s*$/.test(before) && here !== '' && !'\n}],'.includes(here)) {
    return {
      offset,
      message:
        "a text that begins with a quote ends at the closing quote; YAML can't go on after it",
      hint: `${QUOTE}, of the other kind: '"up" == x.state'`,
    };
  }
  if (here === ':') {
    const word = /[^\s,[\]{}:]*$/.exec(before)?.[0] ?? '';
    const ternary = before.includes(' ? ')
      ? "; there is no 'a ? b : c' here, use and, or, not"
      : '';
    return {
      offset,
      message: `YAML reads '${word}' as a key, because an unquoted ': ' follows it`,
      hint: `${QUOTE}${ternary}`,
    };
  }
  if (reason.startsWith('missed comma') && '[]{}'.includes(here)) {
    return {
      offset,
      message: `inside { } or [ ] an unquoted text ends at a comma or a bracket; YAML stops at this '${here}'`,
      hint: `${QUOTE}: 'x["a","b"] == 1'`,
    };
  }
  if ('@`%'.includes(here) && here !== '') {
    return { offset, message: `an unquoted text can't begin with '${here}' in YAML`, hint: QUOTE };
  }
  if ('}]'.includes(here) && here !== '') {
    return { offset, message: `this '${here}' closes nothing` };
  }
  return { offset, message: `not valid YAML: ${reason}` };
}

/** The last bracket of a flow collection that stays open; quotes and comments are skipped. */
function lastUnclosed(text: string): number | undefined {
  const open: number[] = [];
  const token = /"(?:[^"\\]|\\.)*"|'[^']*'|(?<=^|\s)#[^\n]*|[[\]{}]/gsu;
  for (const match of text.matchAll(token)) {
    if (match[0] === '[' || match[0] === '{') open.push(match.index);
    else if (match[0] === ']' || match[0] === '}') open.pop();
  }
  return open.at(-1);
}

/** What YAML may have made of a value that turned out to be wrong: a text cut at ` #` or at a comma. */
export function explainValue(text: string, node: YamlNode): string | undefined {
  if (node.type !== 'scalar' || !node.plain) return undefined;
  const rest = /^[ \t]+#[^\n]*/.exec(text.slice(node.end));
  if (rest !== null) {
    return `YAML takes '${rest[0].trim()}' as a comment; if it belongs to the text, ${QUOTE}`;
  }
  if (node.inFlow && unbalanced(node.text)) {
    return `inside { } or [ ] a comma ends an unquoted text: YAML read only '${node.text}'; ${QUOTE}`;
  }
  return undefined;
}

/** A key of a flow map that has no value is mostly the tail of a text with a comma in it. */
export function explainKey(text: string, key: string, keyOffset: number): string | undefined {
  const after = text.slice(keyOffset + key.length);
  if (!/^\s*[,}\]]/.test(after) || !text.startsWith(key, keyOffset)) return undefined;
  if (/^[^:]*:\S/.test(key))
    return `a key needs a space after its colon: '${key.replace(':', ': ')}'`;
  return `inside { } a comma ends an unquoted text, and YAML reads '${key}' as a key of its own; ${QUOTE}`;
}

function unbalanced(text: string): boolean {
  const count = (character: string): number => text.split(character).length - 1;
  return count('(') !== count(')') || count('[') !== count(']');
}
