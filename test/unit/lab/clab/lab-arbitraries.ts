import fc from 'fast-check';
import { NumberText } from '../../../../src/lab/clab/document.ts';
import type { DocumentValue, LabDocument } from '../../../../src/lab/clab/document.ts';
import { labFields, nodeShape } from '../../../../src/lab/clab/keys.ts';
import { elementOf, linkTypes } from '../../../../src/lab/clab/shape.ts';
import type { Fields, LinkType, Shape } from '../../../../src/lab/clab/shape.ts';

/** What YAML, Go templates and containerlab's substitution each take for something else. */
const traps = fc.constantFrom(
  'yes', 'No', 'y', 'null', '~', '010', '0x10', '1_000', '1e3', '.inf', '1.10', '2001-01-01', '<<', '=', '-', '- a', '#',
  'a # b', 'a: b', 'a:', "it's", '"quoted"', '$HOME', '${X:-y}', '$$', '{{ .x }}', '{{{', '}}', ' lead', 'trail ', '\t', '',
  'two\nlines', 'ends\n', 'gap\n\n  in\n', '\nstarts', ' x\ny', 'cr\r\n', '*a', '&a', '!t', '%d', '@x', '`x`', '[a]', '{a: b}',
  'sh -c "ip r | grep x > >(cat)"', 'é ü', '\u2028', '\u0085', '\u007f', '\ufeff', '😀', 'a\\nb', '?', '? a', '|', '>-',
); // prettier-ignore

export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[a-z][a-z0-9_./:-]{0,8}$/) },
  { weight: 2, arbitrary: traps },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
);

const key = text.filter((name) => name !== '__proto__');

const number = fc.oneof(fc.nat(70_000), fc.integer({ min: -5, max: 5 }));

const anyValue: fc.Arbitrary<DocumentValue> = fc.letrec<{ value: DocumentValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('0', '7', '1.0', '0x1f', '1_000', '1e3', '.5', '.inf', '18446744073709551615')
      .map((n) => new NumberText(n)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value; // prettier-ignore

/** Any value of a shape. */
export function valueOf(shape: Shape): fc.Arbitrary<DocumentValue> {
  switch (shape) {
    case 'text':
      return text;
    case 'whole':
      return number;
    case 'unsigned':
      return fc.nat(255);
    case 'number':
      return fc.oneof(number, fc.constantFrom(0.5, 1.25, 1e21, -1e-7));
    case 'flag':
      return fc.boolean();
    case 'duration':
      return fc.constantFrom('10h', '1h30m', '0', '8760h', '1.5s');
    case 'any':
      return anyValue;
    case 'link':
      return link;
    default:
      if ('fields' in shape) return recordOf(shape.fields, 3);
      if ('list' in shape) return fc.array(valueOf(elementOf(shape)), { maxLength: 3 });
      return fc.dictionary(key, valueOf(elementOf(shape)), { maxKeys: 3, noNullPrototype: true });
  }
}

/** A map with some of the fields. */
function recordOf(fields: Fields, most: number): fc.Arbitrary<Record<string, DocumentValue>> {
  return fc
    .shuffledSubarray(Object.keys(fields), {
      maxLength: Math.min(most, Object.keys(fields).length),
    })
    .chain((keys) =>
      fc.record(Object.fromEntries(keys.map((name) => [name, valueOf(fields[name] ?? 'any')])), {
        noNullPrototype: true,
      }),
    );
}

const link: fc.Arbitrary<DocumentValue> = fc
  .constantFrom(...(Object.keys(linkTypes) as LinkType[]))
  .chain((type) => {
    const { type: _, ...fields } = linkTypes[type];
    return recordOf(fields, 5).map((rest) =>
      type === 'brief' && rest['mtu'] === undefined ? rest : { type, ...rest },
    );
  });

const nodes = fc.dictionary(fc.stringMatching(/^[a-zA-Z0-9][\w.-]{0,6}$/), valueOf(nodeShape), {
  maxKeys: 4,
  noNullPrototype: true,
});

/** Any lab file that has the right form; what it says need not make sense. */
export const anyLab: fc.Arbitrary<LabDocument> = fc
  .tuple(
    recordOf({ ...labFields, topology: 'any' }, 3),
    fc.record(
      { defaults: valueOf(nodeShape), kinds: nodes, groups: nodes, nodes, links: fc.array(link, { maxLength: 4 }) },
      { requiredKeys: ['nodes'], noNullPrototype: true },
    ),
  )
  .map(([rest, topology]) => ({ ...rest, topology })); // prettier-ignore
