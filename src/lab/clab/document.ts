import type { YamlMapping, YamlNode, YamlScalar } from '../../scenario/yaml-node.ts';
import { goFlag, goInteger, goNumber } from './go-number.ts';
import { labFields } from './keys.ts';
import { elementOf, fieldsOf } from './shape.ts';
import type { Fields, Shape } from './shape.ts';

/** A number where containerlab takes any value (`vars`): its text, because 1 and 1.0 are two things to it. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type DocumentValue =
  | string
  | number
  | boolean
  | null
  | NumberText
  | readonly DocumentValue[]
  | { readonly [key: string]: DocumentValue };

/**
 * A lab file as containerlab understands it, before inheritance: variables replaced, `<<` and aliases resolved, every
 * value of the type that its field has (`memory: 010` is '010', `startup-delay: 0x10` is 16), nulls left out; a node of
 * null is {}. Two files of the same document are the same lab.
 */
export type LabDocument = Readonly<Record<string, DocumentValue>>;

/** Of a tree that `checkStrictly` has nothing to say about. */
export function documentOf(root: YamlNode): LabDocument {
  return root.type === 'mapping' ? fieldValues(root, labFields) : {};
}

function valueOf(node: YamlNode, shape: Shape): DocumentValue {
  switch (node.type) {
    case 'scalar':
      return scalarValue(node, shape);
    case 'sequence':
      return node.items.map((item) => valueOf(item.node, elementOf(shape)));
    case 'mapping': {
      const type = node.entries.get('type')?.node;
      const fields = fieldsOf(shape, type?.type === 'scalar' ? type.text : undefined);
      if (fields !== undefined) return fieldValues(node, fields);
      const element = elementOf(shape);
      return Object.fromEntries(
        [...node.entries].map(([key, entry]) => [key, valueOf(entry.node, element)]),
      );
    }
    default:
      return node satisfies never;
  }
}

/** Of a Go struct: a field of null is one that is not there. */
function fieldValues(node: YamlMapping, fields: Fields): Record<string, DocumentValue> {
  const values: Record<string, DocumentValue> = {};
  for (const [key, entry] of node.entries) {
    const shape = fields[key];
    if (shape === undefined || isNull(entry.node)) continue;
    values[key] = valueOf(entry.node, shape);
  }
  return values;
}

function isNull(node: YamlNode): boolean {
  return node.type === 'scalar' && node.value === null;
}

function scalarValue(node: YamlScalar, shape: Shape): DocumentValue {
  const { text } = node;
  if (fieldsOf(shape) !== undefined) return {};
  if (shape === 'any') return anyScalar(node);
  if (isNull(node)) return '';
  switch (shape) {
    case 'whole':
    case 'unsigned':
      return Math.trunc(goNumber(text) ?? 0);
    case 'number':
      return goNumber(text) ?? 0;
    case 'flag':
      return goFlag(text) ?? false;
    default:
      return text;
  }
}

function anyScalar(node: YamlScalar): DocumentValue {
  const { text } = node;
  if (isNull(node)) return null;
  if (!node.plain || typeof node.value === 'string') {
    const isNumber = node.plain && (goInteger(text) ?? goNumber(text)) !== undefined;
    return isNumber ? new NumberText(text) : text;
  }
  return goFlag(text) ?? (goNumber(text) === undefined ? text : new NumberText(text));
}
