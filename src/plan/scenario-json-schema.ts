import { z } from 'zod';
import { scenarioSchema } from '../scenario/schema.ts';
import { allKinds } from './kinds.ts';
import type { Kinds } from './kinds.ts';
import { okSchema } from './probe-ok.ts';
import { writtenTargetSchema } from './target.ts';

type Json = Record<string, unknown>;

/** JSON Schema (draft 2020-12) of a scenario file, for editors: what it completes and what it underlines. */
export function scenarioJsonSchema(kinds: Kinds = allKinds): Json {
  const schema = exported(scenarioSchema);
  const properties = asJson(schema['properties']);
  // every kind of fault has them: said once
  const targets = asJson(exported(writtenTargetSchema)['properties']);
  const target = Object.fromEntries(
    Object.keys(targets).map((key) => [key, { $ref: `#/$defs/${key}` }]),
  );
  const fault = kindProperties(kinds.faults, (own, { saysWhere }) =>
    saysWhere === true ? own : withProperties(own, target),
  );
  const probe = kindProperties(kinds.probes, (own) =>
    withProperties(own, { ok: exported(okSchema) }),
  );
  const step = asJson(asJson(properties['timeline'])['items']);
  const stepProperties = asJson(step['properties']);
  stepProperties['faults'] = {
    ...asJson(stepProperties['faults']),
    items: oneOf(fault),
  };
  Object.assign(stepProperties, fault);
  step['additionalProperties'] = false;
  asJson(properties['observe'])['additionalProperties'] = oneOf(
    kindProperties(kinds.observers, (own) => own),
  );
  asJson(properties['probes'])['additionalProperties'] = oneOf(probe);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'chaos scenario',
    ...schema,
    $defs: { ...asJson(schema['$defs'] ?? {}), ...targets },
  };
}

interface Kind {
  readonly about: string;
  readonly example: string;
  readonly schema: z.ZodType;
}

function kindProperties<K extends Kind>(
  kinds: Readonly<Record<string, K>>,
  finish: (own: Json, kind: K) => Json,
): Json {
  return Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      {
        ...finish(exported(kind.schema), kind),
        description: kind.about,
        examples: [kind.example],
      },
    ]),
  );
}

function oneOf(properties: Json): Json {
  return {
    type: 'object',
    properties,
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  };
}

function withProperties(schema: Json, more: Json): Json {
  return { ...schema, properties: { ...asJson(schema['properties']), ...more } };
}

function exported(schema: z.ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return json;
}

function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
