import { linkUses } from './link-uses.ts';
import { nodeKeys, TABLE_DRIVERS, type KeyUse } from './node-keys.ts';

/** What docs/lab-keys.md says: every key of a node, by driver, and every type of link, from the tables. Markdown. */
export function keyDocs(): string {
  const rows = Object.entries(nodeKeys).map(([key, use]) => {
    const [netns = '', containers = ''] = TABLE_DRIVERS.map((driver) => textOf(use[driver]));
    return `| \`${key}\` | ${netns} | ${containers === netns ? 'the same' : containers} |`;
  });
  return [
    '# Keys of a node in a lab file, by driver',
    '',
    "A lab file is containerlab's own (0.79): every key that it takes is taken. What each becomes under `--driver netns` and",
    '`--driver containerlab` is below. What is **not honoured** is said by node and key when a lab has it: by `chaos validate`,',
    'and in the events of every run. (This page is made from `src/lab/clab/node-keys.ts` and `link-uses.ts`; what it says is looked',
    'at in running nodes by `test/lab/containerlab/keys.test.ts` and `links.test.ts`.)',
    '',
    '| key | netns | containerlab |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '## Links, by type',
    '',
    'The same under both drivers. A node of kind `bridge` is a switch (a Linux bridge); for `ovs-bridge` one stands in, and it is',
    'said; a node of kind `host` is refused.',
    '',
    '| type | what stands |',
    '| --- | --- |',
    ...Object.entries(linkUses).map(([type, use]) => `| \`${type}\` | ${use} |`),
    '',
  ].join('\n');
}

function textOf(use: KeyUse): string {
  if ('does' in use) return use.does;
  const unless = use.unless === undefined ? '' : ` (\`${use.unless}\` loses nothing)`;
  return `**not honoured**: ${use.lost}${unless}`;
}
