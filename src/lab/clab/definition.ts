import type { YamlPath } from '../../scenario/yaml.ts';
import { nodeKeys } from './keys.ts';
import type { Shape } from './keys.ts';
import { isMap } from './lab-file.ts';
import type { LabFile } from './lab-file.ts';

/** A text of the lab file and where it is written. */
export interface Written {
  readonly text: string;
  readonly path: YamlPath;
}

/** A node definition as one place of the file gives it: a node, a group, a kind, or `defaults`. */
export class Definition {
  readonly path: YamlPath;
  readonly #file: LabFile;

  constructor(file: LabFile, path: YamlPath) {
    this.#file = file;
    this.path = path;
  }

  keys(): readonly string[] {
    return this.#file.keysAt(this.path);
  }

  /** undefined where it is absent or empty, which is the same to containerlab */
  text(key: string): Written | undefined {
    const path = [...this.path, key];
    const text = this.#file.textAt(path);
    return text === undefined || text === '' ? undefined : { text, path };
  }

  list(key: string): readonly Written[] {
    const path = [...this.path, key];
    const items = this.#file.valueAt(path);
    if (!Array.isArray(items)) return [];
    return items.map((_, index) => this.#written([...path, index]));
  }

  map(key: string): ReadonlyMap<string, Written> {
    const path = [...this.path, key];
    const names = this.#file.keysAt(path);
    return new Map(names.map((name) => [name, this.#written([...path, name])]));
  }

  #written(path: YamlPath): Written {
    return { text: this.#file.textAt(path) ?? '', path };
  }

  /** Complain about unknown keys and about values of the wrong shape. */
  check(of: string): void {
    const value = this.#file.valueAt(this.path);
    if (value === null || value === undefined) return;
    if (!isMap(value)) {
      this.#file.complain(this.path, { message: `${of} must be a map`, expected: 'key: value' });
      return;
    }
    for (const key of this.keys()) {
      const path = [...this.path, key];
      const known = nodeKeys[key];
      if (known === undefined) this.#file.complainUnknownKey(path, Object.keys(nodeKeys), of);
      else checkShape(this.#file, path, known.shape, `'${key}' of ${of}`);
    }
  }
}

/** Complain about keys of the map at `path` that are none of `known`. */
export function checkKeys(
  file: LabFile,
  path: YamlPath,
  known: readonly string[],
  of: string,
): void {
  for (const key of file.keysAt(path)) {
    if (!known.includes(key)) file.complainUnknownKey([...path, key], known, of);
  }
}

const expectations = {
  text: 'a text',
  'text-list': "a list of texts: ['…', '…']",
  'text-map': 'a map of texts: {NAME: value}',
} as const;

/** null stands for "nothing" anywhere, as in Go. */
export function checkShape(file: LabFile, path: YamlPath, shape: Shape, what: string): void {
  const value = file.valueAt(path);
  if (shape === 'any' || value === null) return;
  const wrong = (at: YamlPath): void => {
    const found = nameOf(file.valueAt(at));
    file.complain(at, { message: `${what} is ${found}`, expected: expectations[shape] });
  };
  switch (shape) {
    case 'text':
      if (typeof value === 'object') wrong(path);
      return;
    case 'text-list':
      if (!Array.isArray(value)) wrong(path);
      else
        value.forEach(
          (item, i) => typeof item === 'object' && item !== null && wrong([...path, i]),
        );
      return;
    case 'text-map':
      if (!isMap(value)) wrong(path);
      else {
        for (const [key, item] of Object.entries(value)) {
          if (typeof item === 'object' && item !== null) wrong([...path, key]);
        }
      }
      return;
    default:
      shape satisfies never;
  }
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : 'a single value';
}
