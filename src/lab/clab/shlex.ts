/**
 * Split a command as containerlab does (github.com/google/shlex): blanks separate; `"` quotes and knows `\`, `'` quotes
 * and knows nothing; `\` takes the next character as it is; `#` at the start of a word comments out the rest of the line.
 * There is no shell: no variables, no globs, no pipes.
 * @throws OpenQuote for a quote or a backslash that is left open
 */
export function splitCommand(command: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: { readonly mark: '"' | "'"; readonly index: number } | undefined;
  for (let i = 0; i < command.length; i++) {
    const character = command.charAt(i);
    if (quote !== undefined) {
      if (character === quote.mark) quote = undefined;
      else if (character === '\\' && quote.mark === '"')
        word = (word ?? '') + escaped(command, (i += 1));
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = { mark: character, index: i };
      word ??= '';
    } else if (character === '\\') {
      word = (word ?? '') + escaped(command, (i += 1));
    } else if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '#' && word === undefined) {
      const end = command.indexOf('\n', i);
      i = end < 0 ? command.length : end;
    } else word = (word ?? '') + character;
  }
  if (quote !== undefined) throw new OpenQuote(`${quote.mark} is never closed`, quote.index);
  if (word !== undefined) words.push(word);
  return words;
}

export class OpenQuote extends SyntaxError {
  /** of the quote or the backslash, in the command */
  readonly index: number;

  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

function escaped(command: string, index: number): string {
  if (index >= command.length)
    throw new OpenQuote('a backslash at the end escapes nothing', index - 1);
  return command.charAt(index);
}
