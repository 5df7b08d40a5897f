import { z } from 'zod';

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

/** The keys that a map at `path` can have, for near names; empty where any key can be. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  let candidates = branches(root);
  for (const step of path) candidates = candidates.flatMap((one) => child(one, step));
  return [...new Set(candidates.flatMap((one) => Object.keys(one.properties ?? {})))];
}

function branches(schema: JsonSchema): readonly JsonSchema[] {
  const { anyOf = [], oneOf = [], allOf = [] } = schema;
  return [schema, ...[...anyOf, ...oneOf, ...allOf].flatMap(branches)];
}

function child(schema: JsonSchema, step: PropertyKey): readonly JsonSchema[] {
  const { additionalProperties: rest } = schema;
  const found =
    typeof step === 'number'
      ? schema.items
      : (schema.properties?.[String(step)] ?? (typeof rest === 'object' ? rest : undefined));
  return found === undefined ? [] : branches(found);
}
