import type { YamlPath } from '../../scenario/yaml.ts';
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
}
