import { ChaosError } from '../../errors.ts';
import type { Problem, SourcePosition } from '../../errors.ts';
import { nearName } from '../../scenario/near-name.ts';
import { readYaml } from '../../scenario/yaml.ts';
import type { YamlDocument, YamlPath } from '../../scenario/yaml.ts';
import { substitute } from './substitute.ts';
import type { Environment, Substituted } from './substitute.ts';

export type Complaint = Omit<Problem, 'position'>;

/** A lab file after substitution, as YAML; it collects what is wrong, at positions in the file as it was written. */
export class LabFile {
  readonly #document: YamlDocument;
  readonly #substituted: Substituted;
  readonly #problems: Problem[] = [];

  constructor(document: YamlDocument, substituted: Substituted) {
    this.#document = document;
    this.#substituted = substituted;
  }

  /** @throws ChaosError 'invalid' where it is not YAML */
  static read(source: string, file: string, environment: Environment): LabFile {
    const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
    refuseTemplate(text, file);
    const substituted = substitute(text, environment, file);
    try {
      return new LabFile(readYaml(substituted.text, file, { yaml11Booleans: true }), substituted);
    } catch (error) {
      if (!(error instanceof ChaosError)) throw error;
      const problems = error.problems.map((problem) => ({
        ...problem,
        position: substituted.original(problem.position),
      }));
      throw new ChaosError(error.code, error.message, { hint: error.hint, problems });
    }
  }

  get file(): string {
    return this.#document.file;
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

  positionOf(path: YamlPath, part: 'key' | 'value' = 'value'): SourcePosition {
    return this.#substituted.original(this.#document.positionOf(path, part));
  }

  complain(path: YamlPath, complaint: Complaint, part: 'key' | 'value' = 'value'): void {
    const hint = complaint.hint ?? this.#document.hintFor(path, part);
    this.#add(this.positionOf(path, part), hint === undefined ? complaint : { ...complaint, hint });
  }

  /** About the character `index` of the text at `path`. */
  complainInside(path: YamlPath, index: number, complaint: Complaint): void {
    this.#add(this.#substituted.original(this.#document.positionInside(path, index)), complaint);
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

/** containerlab runs every file through Go's text/template; we don't. */
function refuseTemplate(text: string, file: string): void {
  const index = text.indexOf('{{');
  if (index < 0) return;
  const before = text.slice(0, index).split(/\r\n|\n|\r/);
  const position = { file, line: before.length, column: (before.at(-1) ?? '').length + 1 };
  const problem = {
    position,
    message: "'{{' begins a Go template, which chaos does not run",
    hint: 'render it first: containerlab deploy --export-rendered, or write out what it expands to',
  };
  throw new ChaosError('invalid', `the lab file ${file} is a template`, { problems: [problem] });
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
