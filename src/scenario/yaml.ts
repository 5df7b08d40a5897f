import { YAMLException } from 'js-yaml';
import { ChaosError } from '../errors.ts';
import type { SourcePosition } from '../errors.ts';
import { parseTree, YamlRefusal } from './yaml-tree.ts';
import type { YamlEntry, YamlNode, YamlUse } from './yaml-node.ts';
import { explainKey, explainSyntaxError, explainValue } from './yaml-traps.ts';

/** Keys and indices from the root: `['timeline', 0, 'impair']`. */
export type YamlPath = readonly PropertyKey[];

export interface YamlOptions {
  /** default 1 MiB */
  readonly maxBytes?: number;
  /** how many nodes aliases and merges may add to those that are written; default 50 000 */
  readonly maxExpansion?: number;
  /** `yes no on off` are booleans too, as containerlab's YAML library reads them; default false */
  readonly yaml11Booleans?: boolean;
  /** resolves `<<` (`YamlMapping.merges`) in some other way than YAML 1.1 says; may throw YamlRefusal */
  readonly merge?: (root: YamlUse) => YamlUse;
}

/** A YAML file as plain data that remembers where everything was written, through anchors, aliases and merges. */
export interface YamlDocument {
  readonly file: string;
  readonly text: string;
  /** maps as plain objects, lists as arrays; what aliases share is shared */
  readonly value: unknown;
  /** the same as a tree that knows what was quoted */
  readonly root: YamlUse;
  /**
   * Where a key or a value is written. A direct alias counts as written where it is used, what lies inside of it where
   * the anchor is. A path that does not exist gives its nearest parent.
   */
  positionOf(path: YamlPath, part?: 'key' | 'value'): SourcePosition;
  /** Is there anything (an empty value too) at `path`? */
  has(path: YamlPath): boolean;
  /** Where the character `index` of the (decoded) scalar at `path` is written. */
  positionInside(path: YamlPath, index: number): SourcePosition;
  /** The scalar at `path` as decoded text, before it became a number or a boolean; undefined for anything else. */
  textOf(path: YamlPath): string | undefined;
  /** Is the value at `path` a scalar without quotes? */
  isPlain(path: YamlPath): boolean;
  /** What YAML may have made of the text at `path` that its author did not mean. */
  hintFor(path: YamlPath, part?: 'key' | 'value'): string | undefined;
}

/**
 * Read one YAML 1.2 document.
 * @throws ChaosError 'invalid' with a position
 */
export function readYaml(text: string, file: string, options: YamlOptions = {}): YamlDocument {
  const { maxBytes = 2 ** 20, maxExpansion = 50_000, yaml11Booleans = false, merge } = options;
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const lines = new LineIndex(source, file);
  if (source.length > maxBytes) {
    throw refusal(lines.at(0), `the file is larger than ${String(maxBytes)} bytes`);
  }
  try {
    const keepMerges = merge !== undefined;
    const root = parseTree(source, { maxExpansion, yaml11Booleans, keepMerges });
    return new TreeDocument(lines, merge === undefined ? root : merge(root));
  } catch (error) {
    if (error instanceof YamlRefusal)
      throw refusal(lines.at(error.offset), error.message, error.hint);
    if (!(error instanceof YAMLException)) throw error;
    const { offset, message, hint } = explainSyntaxError(
      source,
      error.mark?.position ?? 0,
      error.reason,
    );
    throw refusal(lines.at(offset), message, hint);
  }
}

function refusal(position: SourcePosition, message: string, hint?: string): ChaosError {
  const problem = { position, message, ...(hint === undefined ? {} : { hint }) };
  return new ChaosError('invalid', `${position.file} is not readable as YAML`, {
    problems: [problem],
  });
}

class LineIndex {
  readonly source: string;
  readonly file: string;
  readonly #starts: number[] = [0];

  constructor(source: string, file: string) {
    this.source = source;
    this.file = file;
    for (const match of source.matchAll(/\r\n|\n|\r/g)) {
      this.#starts.push(match.index + match[0].length);
    }
  }

  at(offset: number): SourcePosition {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

class TreeDocument implements YamlDocument {
  readonly value: unknown;
  readonly root: YamlUse;
  readonly #lines: LineIndex;

  constructor(lines: LineIndex, root: YamlUse) {
    this.#lines = lines;
    this.root = root;
    this.value = toValue(root.node, new Map());
  }

  get file(): string {
    return this.#lines.file;
  }

  get text(): string {
    return this.#lines.source;
  }

  positionOf(path: YamlPath, part: 'key' | 'value' = 'value'): SourcePosition {
    const { use, entry, found } = this.#find(path);
    const atKey = entry !== undefined && (part === 'key' || !found);
    return this.#lines.at(atKey ? entry.keyOffset : use.offset);
  }

  has(path: YamlPath): boolean {
    return this.#find(path).found;
  }

  positionInside(path: YamlPath, index: number): SourcePosition {
    const { use, found } = this.#find(path);
    if (!found || use.node.type !== 'scalar') return this.positionOf(path);
    const { start, end, text } = use.node;
    return this.#lines.at(start + sourceIndex(this.text.slice(start, end), text, index));
  }

  textOf(path: YamlPath): string | undefined {
    const { use, found } = this.#find(path);
    return found && use.node.type === 'scalar' ? use.node.text : undefined;
  }

  isPlain(path: YamlPath): boolean {
    const { use, found } = this.#find(path);
    return found && use.node.type === 'scalar' && use.node.plain;
  }

  hintFor(path: YamlPath, part: 'key' | 'value' = 'value'): string | undefined {
    const { use, entry, found } = this.#find(path);
    if (!found) return undefined;
    if (part === 'value') return explainValue(this.text, use.node);
    return entry && explainKey(this.text, String(path.at(-1)), entry.keyOffset);
  }

  /** As far along the path as the document goes; `entry` is the map entry that `use` is the value of. */
  #find(path: YamlPath): { use: YamlUse; entry: YamlEntry | undefined; found: boolean } {
    let use = this.root;
    let entry: YamlEntry | undefined;
    for (const step of path) {
      const { node } = use;
      if (node.type === 'mapping') {
        const next = node.entries.get(String(step));
        if (next === undefined) return { use, entry, found: false };
        use = entry = next;
      } else if (node.type === 'sequence') {
        const next = node.items[Number(step)];
        if (next === undefined) return { use, entry, found: false };
        use = next;
        entry = undefined;
      } else return { use, entry, found: false };
    }
    return { use, entry, found: true };
  }
}

function toValue(node: YamlNode, done: Map<YamlNode, unknown>): unknown {
  if (node.type === 'scalar') return node.value;
  if (done.has(node)) return done.get(node);
  const value =
    node.type === 'sequence'
      ? node.items.map((item) => toValue(item.node, done))
      : Object.fromEntries(
          [...node.entries].map(([key, entry]) => [key, toValue(entry.node, done)]),
        );
  done.set(node, value);
  return value;
}

/** The index in the source of the decoded character `index`: escapes, doubled quotes and folded lines are skipped. */
function sourceIndex(source: string, decoded: string, index: number): number {
  let i = 0;
  for (let j = 0; j < index && i < source.length;) {
    const folded = (decoded[j] === ' ' || decoded[j] === '\n') && /[\r\n]/.test(source[i] ?? '');
    if (folded) {
      while (/\s/.test(source[i] ?? '')) i += 1;
      j += 1;
    } else if (source[i] === decoded[j]) {
      i += 1;
      j += 1;
    } else i += 1;
  }
  while (i < source.length && source[i] !== decoded[index] && decoded[index] !== undefined) i += 1;
  return i;
}
