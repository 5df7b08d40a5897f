import { isMap } from '../../scenario/is-map.ts';
import type { YamlPath } from '../../scenario/yaml.ts';
import { goFlag, goInteger, goNumber, isGoDuration } from './go-number.ts';
import { labFields, nodeShape, topologyFields } from './keys.ts';
import type { LabFile } from './lab-file.ts';
import { elementOf, fieldsOf, linkTypeOf } from './shape.ts';
import type { Fields, Shape } from './shape.ts';

/**
 * Complain about everything at `path` that yaml.v2 in strict mode would not decode: unknown keys, values of another
 * shape. `what` names the thing: "node 'a'". null stands for "nothing" anywhere, as in Go.
 */
export function checkStrictly(file: LabFile, path: YamlPath, shape: Shape, what: string): void {
  const value = file.valueAt(path);
  if (value === null || value === undefined || shape === 'any') return;
  const wrong = (expected: string): void => {
    file.complain(path, { message: `${what} is ${nameOf(value)}`, expected });
  };
  const fields = fieldsOf(shape, file.textAt([...path, 'type']));
  if (fields !== undefined) {
    if (isMap(value)) checkFields(file, path, fields, what, shape === 'link' ? ENDS : []);
    else file.complain(path, { message: `${what} must be a map`, expected: 'key: value' });
    return;
  }
  if (typeof shape !== 'string' && 'map' in shape) {
    if (!isMap(value)) return wrong(expectedMap(shape));
    for (const key of Object.keys(value)) {
      checkElement(file, [...path, key], shape.map, what);
    }
    return;
  }
  if (typeof shape !== 'string' && 'list' in shape) {
    if (!Array.isArray(value)) return wrong(expectedList(shape));
    value.forEach((_, index) => {
      checkElement(file, [...path, index], shape.list, what);
    });
    return;
  }
  if (typeof value === 'object') return wrong(expectedScalar(shape));
  if (!isScalar(file.textAt(path) ?? '', file.isPlain(path), shape)) {
    const expected = expectedScalar(shape);
    file.complain(path, { message: `${what} is '${file.textAt(path) ?? ''}'`, expected });
  }
}

/** A whole lab file but for its links, whose reader says what is wrong with them. */
export function checkLab(file: LabFile): void {
  checkFields(file, [], { ...labFields, topology: 'any' }, 'a lab file');
  const anything = Object.keys(topologyFields).map((key) => [key, 'any'] as const);
  checkFields(file, ['topology'], Object.fromEntries(anything), "'topology'");
  checkStrictly(file, ['topology', 'defaults'], nodeShape, "'defaults'");
  for (const [section, word] of [
    ['kinds', 'kind'],
    ['groups', 'group'],
    ['nodes', 'node'],
  ] as const) {
    const value = file.valueAt(['topology', section]);
    if (value !== undefined && value !== null && !isMap(value)) {
      file.complain(['topology', section], {
        message: `'${section}' must be a map`,
        expected: `${section}: {name: {…}}`,
      });
    }
    for (const key of file.keysAt(['topology', section])) {
      checkStrictly(file, ['topology', section, key], nodeShape, `${word} '${key}'`);
    }
  }
}

/** What is written of a link, its ends included; what they lead to is not asked. */
export function checkLinkForm(file: LabFile, path: YamlPath): void {
  const type = file.textAt([...path, 'type']);
  const fields = linkTypeOf(type) === undefined ? undefined : fieldsOf('link', type);
  if (fields !== undefined) checkStrictly(file, path, { fields }, 'a link');
  else file.complain([...path, 'type'], { message: `unknown link type '${type ?? ''}'` });
}

function checkFields(
  file: LabFile,
  path: YamlPath,
  fields: Fields,
  of: string,
  skipped: readonly string[] = [],
): void {
  for (const key of file.keysAt(path)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const at = [...path, key];
    if (field === undefined) file.complainUnknownKey(at, Object.keys(fields), of);
    else if (!skipped.includes(key)) checkStrictly(file, at, field, `'${key}' of ${of}`);
  }
}

/** The reader of links has words of its own for these. */
const ENDS = ['endpoints', 'endpoint'];

function checkElement(file: LabFile, path: YamlPath, shape: Shape, what: string): void {
  checkStrictly(file, path, shape, typeof shape === 'object' ? `an entry of ${what}` : what);
}

/** A quoted number is a text, and no number. */
function isScalar(text: string, plain: boolean, shape: Shape): boolean {
  const number = plain ? goNumber(text) : undefined;
  switch (shape) {
    case 'whole':
      return number !== undefined && Number.isFinite(number);
    case 'unsigned':
      return number !== undefined && Number.isFinite(number) && Math.trunc(number) >= 0;
    case 'number':
      return number !== undefined;
    case 'flag':
      return plain && goFlag(text) !== undefined;
    case 'duration':
      return isGoDuration(text) || (plain && goInteger(text) !== undefined);
    default:
      return true;
  }
}

function expectedScalar(shape: Shape): string {
  switch (shape) {
    case 'whole':
    case 'unsigned':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'flag':
      return 'true or false';
    case 'duration':
      return 'a duration: 10h30m';
    default:
      return 'a text';
  }
}

function expectedList(shape: Shape): string {
  return elementOf(shape) === 'text' ? "a list of texts: ['…', '…']" : 'a list';
}

function expectedMap(shape: Shape): string {
  return elementOf(shape) === 'text' ? 'a map of texts: {NAME: value}' : 'a map';
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : 'a single value';
}
