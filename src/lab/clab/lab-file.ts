import { ChaosError } from '../../errors.ts';
import type { Problem, SourcePosition } from '../../errors.ts';
import { isMap } from '../../scenario/is-map.ts';
import { nearName } from '../../scenario/near-name.ts';
import { readYaml } from '../../scenario/yaml.ts';
import type { YamlDocument, YamlPath } from '../../scenario/yaml.ts';
import { documentOf } from './document.ts';
import type { LabDocument } from './document.ts';
import { labFields } from './keys.ts';
import { TextLines } from './mapped-text.ts';
import { mergeAsGo } from './merge.ts';
import { substitute } from './substitute.ts';
import type { Environment } from './substitute.ts';
import { renderTemplate } from './template.ts';
import type { TemplateValue } from './template.ts';

export type Complaint = Omit<Problem, 'position'>;

export interface LabFileOptions {
  readonly environment: Environment;
  /** what the lab's variables files say; undefined where there are none */
  readonly variables?: TemplateValue;
}

interface Parts {
  readonly document: YamlDocument;
  /** of the YAML text -> of the file as it was written */
  readonly placeOf: (position: SourcePosition) => SourcePosition;
  readonly remarks: readonly Problem[];
}

/**
 * A lab file as YAML, read as containerlab reads it: as a Go template, then its variables, then yaml.v2 in strict mode.
 * It collects what is wrong, at positions in the file as it was written.
 */
export class LabFile {
  /** what containerlab reads otherwise than its author may have meant */
  readonly remarks: readonly Problem[];
  readonly #document: YamlDocument;
  readonly #placeOf: Parts['placeOf'];
  readonly #problems: Problem[] = [];

  constructor({ document, placeOf, remarks }: Parts) {
    this.#document = document;
    this.#placeOf = placeOf;
    this.remarks = remarks;
  }

  /** @throws ChaosError 'invalid' where it is not YAML */
  static read(source: string, file: string, options: LabFileOptions): LabFile {
    const written = source.startsWith('\uFEFF') ? source.slice(1) : source;
    const rendered = written.includes('{{')
      ? renderTemplate(written, options.variables, file)
      : { text: written, originalOffset: (offset: number) => offset };
    const inFile = new TextLines(written, file);
    const place = (offset: number): SourcePosition =>
      inFile.positionAt(rendered.originalOffset(offset));
    const substituted = atPlace(new TextLines(rendered.text, file), place, () =>
      substitute(rendered.text, options.environment, file),
    );
    const lines = new TextLines(substituted.text, file);
    const placeInYaml = (offset: number): SourcePosition =>
      place(substituted.originalOffset(offset));
    return atPlace(lines, placeInYaml, () => {
      const document = readYaml(substituted.text, file, {
        yaml11Booleans: true,
        merge: (root) => mergeAsGo(root, { fields: labFields }),
      });
      const remarks = substituted.dropped.map(({ offset, text }) => ({
        position: place(offset),
        message: `containerlab reads '${text}' as its variable alone and drops the rest`,
        hint: 'write $$ for the dollar sign of a shell',
      }));
      const placeOf = (position: SourcePosition): SourcePosition =>
        placeInYaml(lines.offsetOf(position));
      return new LabFile({ document, placeOf, remarks });
    });
  }

  get file(): string {
    return this.#document.file;
  }

  /** Of a file that nothing strict is wrong with. */
  document(): LabDocument {
    return documentOf(this.#document.root.node);
  }

  valueAt(path: YamlPath): unknown {
    let value: unknown = this.#document.value;
    for (const step of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
        return undefined;
      value = (value as Record<PropertyKey, unknown>)[step];
    }
    return value;
  }

  /** The keys of the map at `path`, in the order of the file; empty where there is no map. */
  keysAt(path: YamlPath): readonly string[] {
    const value = this.valueAt(path);
    return isMap(value) ? Object.keys(value) : [];
  }

  /** The scalar at `path` as it is written, as YAML libraries of Go give it to a field of type string; null is ''. */
  textAt(path: YamlPath): string | undefined {
    return this.valueAt(path) === null ? '' : this.#document.textOf(path);
  }

  isPlain(path: YamlPath): boolean {
    return this.#document.isPlain(path);
  }

  positionOf(path: YamlPath, part: 'key' | 'value' = 'value'): SourcePosition {
    return this.#placeOf(this.#document.positionOf(path, part));
  }

  complain(path: YamlPath, complaint: Complaint, part: 'key' | 'value' = 'value'): void {
    const hint = complaint.hint ?? this.#document.hintFor(path, part);
    this.#add(this.positionOf(path, part), hint === undefined ? complaint : { ...complaint, hint });
  }

  /** About the character `index` of the text at `path`. */
  complainInside(path: YamlPath, index: number, complaint: Complaint): void {
    this.#add(this.#placeOf(this.#document.positionInside(path, index)), complaint);
  }

  complainUnknownKey(path: YamlPath, known: readonly string[], of: string): void {
    const key = String(path.at(-1));
    const near = nearName(key, known);
    this.complain(
      path,
      { message: `unknown key '${key}' in ${of}`, ...(near === undefined ? {} : { near }) },
      'key',
    );
  }

  #add(position: SourcePosition, complaint: Complaint): void {
    this.#problems.push({ position, ...complaint });
  }

  /** @throws ChaosError 'invalid' with all complaints, in the order of the file */
  throwIfWrong(): void {
    if (this.#problems.length === 0) return;
    const problems = [...this.#problems].sort(
      (a, b) => a.position.line - b.position.line || a.position.column - b.position.column,
    );
    const what = problems.length === 1 ? 'a mistake' : `${String(problems.length)} mistakes`;
    throw new ChaosError('invalid', `the lab file ${this.file} has ${what}`, { problems });
  }
}

/** Runs `body`; its problems get their places in the file as it was written. */
function atPlace<T>(lines: TextLines, place: (offset: number) => SourcePosition, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof ChaosError)) throw error;
    const problems = error.problems.map((problem) => ({
      ...problem,
      position: place(lines.offsetOf(problem.position)),
    }));
    throw new ChaosError(error.code, error.message, { hint: error.hint, problems });
  }
}
