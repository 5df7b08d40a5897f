/** Something in a template that can't be rendered here; `offset` is where in the file. */
export class TemplateRefusal extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** A piece of a Go template (text/template/parse/lex.go): text as it stands, or what is between `{{` and `}}`. */
export type Chunk =
  | { readonly type: 'text'; readonly offset: number; readonly text: string }
  | { readonly type: 'action'; readonly offset: number; readonly words: readonly Word[] };

export interface Word {
  readonly type: 'name' | 'variable' | 'field' | 'text' | 'number' | 'mark';
  readonly offset: number;
  /** a text is without its quotes, a field without its dot, a variable without its dollar sign */
  readonly text: string;
  /** a blank stands before it: `.a.b` is one value, `.a .b` are two */
  readonly spaced: boolean;
}

export function chunksOf(source: string): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let at = 0;
  let trim = false;
  const addText = (end: number, trimEnd: boolean): void => {
    let text = source.slice(at, end);
    const start = trim ? at + text.length - text.replace(/^[ \t\r\n]+/, '').length : at;
    text = source.slice(start, end);
    if (trimEnd) text = text.replace(/[ \t\r\n]+$/, '');
    if (text !== '') chunks.push({ type: 'text', offset: start, text });
  };
  for (;;) {
    const open = source.indexOf('{{', at);
    if (open < 0) break;
    const trims = /^-[ \t\r\n]/.test(source.slice(open + 2, open + 4));
    addText(open, trims);
    const comment = /^\{\{(?:-\s)?\s*\/\*[\s\S]*?\*\/(?:\s*\}\}|\s+-\}\})/.exec(source.slice(open));
    const end =
      comment === null ? readAction(source, open, trims, chunks) : open + comment[0].length;
    trim = /\s-$/.test(source.slice(open + 2, end - 2));
    at = end;
  }
  addText(source.length, false);
  return chunks;
}

const WORD =
  /(?<variable>\$\w*)|(?<field>\.[\p{L}_][\p{L}\p{Nd}_]*)|(?<number>[-+]?(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+))|(?<name>[\p{L}_][\p{L}\p{Nd}_]*)|(?<quoted>"(?:[^"\\\n]|\\.)*")|(?<raw>`[^`]*`)|(?<mark>:=|[|(),=.])/uy;

/** Reads one action; returns where it ends, after `}}`. */
function readAction(source: string, open: number, trims: boolean, chunks: Chunk[]): number {
  const words: Word[] = [];
  let at = open + (trims ? 3 : 2);
  for (;;) {
    const blank = /[ \t\r\n]*/y;
    blank.lastIndex = at;
    const blanks = blank.exec(source)?.[0].length ?? 0;
    at += blanks;
    const close = /^(?:-\}\}|\}\})/.exec(source.slice(at, at + 3));
    if (close !== null && (close[0] === '}}' || blanks > 0)) {
      chunks.push({ type: 'action', offset: open, words });
      return at + close[0].length;
    }
    WORD.lastIndex = at;
    const match = WORD.exec(source);
    if (match?.groups === undefined) {
      const rest = source.slice(at, at + 1);
      if (rest === '') throw new TemplateRefusal(open, "'{{' is never closed");
      throw new TemplateRefusal(at, `'${rest}' has no meaning in a template`);
    }
    words.push(wordOf(match.groups, at, blanks > 0));
    at += match[0].length;
  }
}

function wordOf(
  groups: Readonly<Record<string, string | undefined>>,
  offset: number,
  spaced: boolean,
): Word {
  const { variable, field, number, name, quoted, raw, mark = '' } = groups;
  if (variable !== undefined) return { type: 'variable', offset, text: variable.slice(1), spaced };
  if (field !== undefined) return { type: 'field', offset, text: field.slice(1), spaced };
  if (number !== undefined) return { type: 'number', offset, text: number, spaced };
  if (name !== undefined) return { type: 'name', offset, text: name, spaced };
  if (quoted !== undefined) return { type: 'text', offset, text: unquoted(quoted), spaced };
  if (raw !== undefined) return { type: 'text', offset, text: raw.slice(1, -1), spaced };
  return { type: 'mark', offset, text: mark, spaced };
}

function unquoted(text: string): string {
  const named: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
  return text
    .slice(1, -1)
    .replace(/\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|.)/gs, (_, escape: string) =>
      escape.length > 1
        ? String.fromCodePoint(parseInt(escape.slice(1), 16))
        : (named[escape] ?? escape),
    );
}
