import { goFlag, goNumber } from './go-number.ts';
import { NumberText } from './document.ts';
import type { DocumentValue, LabDocument } from './document.ts';

/**
 * A lab file that containerlab reads as exactly this document: no anchors, and `$` and `{{` written so that neither its
 * substitution nor its templates touch them.
 */
export function writeDocument(document: LabDocument): string {
  return mapLines(document, '')
    .map((line) => `${line}\n`)
    .join('');
}

type DocumentMap = Readonly<Record<string, DocumentValue>>;

function isMap(value: DocumentValue): value is DocumentMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof NumberText)
  );
}

function isList(value: DocumentValue): value is readonly DocumentValue[] {
  return Array.isArray(value);
}

function mapLines(map: DocumentMap, indent: string): string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    const name = `${indent}${scalar(key)}:`;
    if (isMap(value) && Object.keys(value).length > 0) {
      return [name, ...mapLines(value, `${indent}  `)];
    }
    if (isList(value) && value.length > 0) return [name, ...listLines(value, `${indent}  `)];
    const block = typeof value === 'string' ? blockLines(value, `${indent}  `) : undefined;
    if (block !== undefined) return [`${name} ${block.head}`, ...block.lines];
    return [`${name} ${inline(value)}`];
  });
}

function listLines(list: readonly DocumentValue[], indent: string): string[] {
  return list.flatMap((item) => {
    const inner = isMap(item)
      ? mapLines(item, `${indent}  `)
      : isList(item)
        ? listLines(item, `${indent}  `)
        : [];
    const [first, ...rest] = inner;
    if (first !== undefined) return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
    return [`${indent}- ${inline(item)}`];
  });
}

function inline(value: DocumentValue): string {
  if (typeof value === 'string') return scalar(value);
  if (value instanceof NumberText) return value.text;
  if (isMap(value)) return '{}';
  if (isList(value)) return '[]';
  return String(value);
}

/** Texts that need no quotes anywhere, whatever reads them. */
const PLAIN = /^[A-Za-z/_][\w./+@%-]*(?::[\w./+@%-]+)*(?: [\w./+@%=-]+(?::[\w./+@%-]+)*)*$/;

function scalar(text: string): string {
  const isPlain =
    PLAIN.test(text) &&
    text.length < 100 &&
    goFlag(text) === undefined &&
    goNumber(text) === undefined &&
    !/^(?:null|Null|NULL)$/.test(text);
  return isPlain ? text : unsubstituted(quoted(text));
}

/** Double quotes; what a YAML reader would refuse, fold or strip is escaped. */
function quoted(text: string): string {
  const unsafe = /[\u007f-\u009f\u00ad\u2028\u2029\ufeff\ufffe\uffff]/g;
  const escape = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(unsafe, escape);
}

/** `$$` is a dollar sign to containerlab's substitution; `{{"{{"}}` is two braces to a Go template. */
function unsubstituted(text: string): string {
  return text.replaceAll('$', '$$$$').replaceAll('{{', '{{"{{"}}');
}

/** A text of several lines as a literal block, where that is the same text. */
function blockLines(
  text: string,
  indent: string,
): { readonly head: string; readonly lines: readonly string[] } | undefined {
  const line = '[\\x21-\\x7e\\u00a1-\\u00ac\\u00ae-\\u1fff\\u2030-\\ud7ff]';
  const block = new RegExp(
    `^${line}(?:(?:${line}|[ \\t])*${line})?(?:\\n(?:[ \\t]*${line}(?:(?:${line}|[ \\t])*${line})?)?)*$`,
    'u',
  );
  const ends = text.endsWith('\n');
  const body = ends ? text.slice(0, -1) : text;
  if (!body.includes('\n') || body.endsWith('\n') || !block.test(body)) return undefined;
  const lines = body.split('\n').map((l) => (l === '' ? '' : `${indent}${unsubstituted(l)}`));
  return { head: ends ? '|' : '|-', lines };
}
