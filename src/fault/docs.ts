import { load } from 'js-yaml';
import { z } from 'zod';
import type { AskedDose } from '../wire/want.ts';
import type { FaultKind } from './fault.ts';
import { faultKinds } from './registry.ts';

/** What docs/faults.md says: every kind with its parameters, from the schemas themselves. Markdown. */
export function faultDocs(): string {
  const kinds = Object.values(faultKinds);
  return [
    '# Faults',
    '',
    '<!-- Made from the schemas in src/fault (faultDocs); CHAOS_UPDATE_DOCS=1 npx mocha test/unit/fault/docs.test.ts writes it. -->',
    '',
    ...[...INTRODUCTION, ''],
    ...kinds.flatMap((kind) => [...sectionOf(kind), '']),
    ...COMBINED,
    '',
  ].join('\n');
}

const INTRODUCTION = [
  'A fault is the key of a step in `timeline:`. Where it acts is said by `link:` (both ends, both ways), `end:` (one end),',
  '`toward:` (one way, to a node, group or end) and, with `end:` only, `direction: in|out`; for faults in nodes by `node:` (a',
  'node, a group, a selector, or a list). How long it lasts is said by the step (`for:`, `until:`, `flap:`). At the end of a',
  'fault on wires nothing is undone by hand: the wires are brought to what the faults that are left want. What a fault does in',
  'a node is written to `undo.ndjson` in the run directory before it is done, and undone from there, last first, whatever',
  'became of the run; what cannot be undone makes the run not clean (exit code 3). Every quantity may be a parameter, `$name`.',
];

const COMBINED = [
  '## Several at once',
  '',
  '| what | together |',
  '|---|---|',
  '| `black-hole`, `carrier-loss` | until the last of them ends |',
  '| loss, `drop` | one after the other, each counted for itself: losses combine as independent |',
  '| `delay`, `jitter` | delays add; jitters add as independent random variables |',
  '| `duplicate`, `corrupt` | as independent; a frame is copied at most once |',
  '| `rate`, `limit` | the smallest |',
  '| `loss: {gemodel}`, `loss: {state}`, `reorder`, `slot` | one at a time for the same frames: more are refused before anything starts |',
  '| `match:` | a frame of several classes gets what all of them want; at most four classes per direction |',
];

function sectionOf(kind: FaultKind<unknown>): readonly string[] {
  const rows = parametersOf(z.toJSONSchema(kind.schema, { io: 'input', unrepresentable: 'any' }));
  return [
    `## \`${kind.name}\``,
    '',
    kind.about,
    '',
    '```yaml',
    kind.example,
    '```',
    '',
    ...(rows.length === 0 ? ['No parameters.'] : table(rows)),
    '',
    `Where it acts: ${kind.acts === 'wire' ? 'on the wire, unseen by the nodes.' : 'in the node.'} ${measuredBy(kind)}`,
  ];
}

/** What the counters of its example are compared with. */
function measuredBy(kind: FaultKind<unknown>): string {
  const example = load(kind.example) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const own = Object.entries(example[kind.name] ?? {}).filter(
    ([key]) => kind.saysWhere === true || !TARGET_KEYS.includes(key),
  );
  const doses = kind.asks(kind.schema.parse(Object.fromEntries(own)));
  if (doses.length === 0) return 'Measured (as in the example): read back after the act.';
  const texts = doses.map(({ quantity }) => DOSE_TEXT[quantity]);
  return `Measured (as in the example): ${texts.join('; ')}.`;
}

const TARGET_KEYS: readonly string[] = ['link', 'end', 'node', 'toward', 'direction'];

const DOSE_TEXT: Readonly<Record<AskedDose['quantity'], string>> = {
  cut: 'frames that met it, all of which it dropped',
  carrier: 'the state of the wire’s end, and the frames that were flushed',
  loss: 'frames of the class that met it, and those that it dropped',
  duplicate: 'frames that met it, and those that it copied',
  delay:
    'time stamps of frames where they enter the wire and where they leave it, of a sample; the mean, with its interval',
  jitter: 'the spread of the same',
  rate: 'the distance of frames that had to wait for each other, of a sample',
  sent: 'frames that it sent a second; of them those that the wire took',
  joined: 'frames that were delivered at the second port',
  impair:
    'frames that passed netem, and those that its loss model dropped; the rest is read back from the kernel',
};

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly about: string;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly not?: unknown;
  readonly type?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

/** Rows for every parameter, with those of maps below it: `loss.burst.mean`. */
function parametersOf(schema: unknown, prefix = ''): readonly Parameter[] {
  const { properties = {} } = schema as Schema;
  return Object.entries(properties).flatMap(([key, own]) => {
    const name = prefix + key;
    const about = own.description ?? '';
    if (own.not !== undefined) return [{ name, value: 'refused', about: about }];
    const maps = [own, ...(own.anyOf ?? [])].filter((each) => each.properties !== undefined);
    const value = [...new Set([own, ...(own.anyOf ?? [])].map(valueOf))].filter(
      (text) => text !== '',
    );
    return [
      { name, value: value.join(' or '), about },
      ...maps.flatMap((map) => parametersOf(map, `${name}.`)),
    ];
  });
}

const EXAMPLES: readonly (readonly [dimension: string, example: string])[] = [
  ['duration', '20ms'],
  ['percentage', '30%'],
  ['bit rate', '10mbit'],
  ['rate', '100/s'],
  ['size', '1400B'],
];

/** The schema of a quantity has a pattern of its units; which quantity it is, is which example it takes. */
function quantityOf({ type, pattern }: Schema): string | undefined {
  if (type !== 'string' || pattern === undefined) return undefined;
  const takes = (text: string): boolean => new RegExp(pattern).test(text);
  // an address has digits and letters too, but needs no unit
  const found = takes('1400') ? undefined : EXAMPLES.find(([, example]) => takes(example));
  return found === undefined ? undefined : `${found[0]}, \`${found[1]}\``;
}

function valueOf(schema: Schema): string {
  const quantity = quantityOf(schema);
  if (quantity !== undefined) return quantity;
  if (schema.enum !== undefined) return schema.enum.map((each) => `\`${each}\``).join(' ');
  if (schema.properties !== undefined) return 'map';
  if (Array.isArray(schema.type)) return boundsOf(schema);
  if (schema.type === 'array') return 'list';
  if (schema.type === 'boolean') return '`true` `false`';
  return typeof schema.type === 'string' ? 'text' : '';
}

function boundsOf({ minimum, maximum }: Schema): string {
  const from = minimum === undefined ? '' : ` from ${minimum}`;
  return `number${from}${maximum === undefined ? '' : ` to ${maximum}`}`;
}

function table(rows: readonly Parameter[]): readonly string[] {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  return [
    '| parameter | value | what it does |',
    '|---|---|---|',
    ...rows.map(({ name, value, about }) => `| \`${name}\` | ${cell(value)} | ${cell(about)} |`),
  ];
}
