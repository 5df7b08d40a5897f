import { z } from 'zod';
import type { NodeFaultKind } from './fault.ts';
import { pathInNode } from './path-in-node.ts';

export interface ConfigParams {
  readonly file?: string | undefined;
  readonly text?: string | undefined;
  readonly reload?: string | undefined;
  readonly vtysh?: readonly string[] | undefined;
  readonly undo?: readonly string[] | undefined;
}

const schema: z.ZodType<ConfigParams> = z.strictObject({
  file: pathInNode
    .optional()
    .describe(
      'a file of the node that gets another content, and its own again when the fault ends',
    ),
  text: z.string().optional().describe('its whole content'),
  reload: z.string().optional().describe('a daemon that is told to read it (SIGHUP), both times'),
  vtysh: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('instead of a file: lines for FRR, as after `configure terminal`'),
  undo: z.array(z.string()).min(1).optional().describe('with vtysh: the lines that undo them'),
});

function refuse({ file, text, reload, vtysh, undo }: ConfigParams): string | undefined {
  if ((file === undefined) === (vtysh === undefined))
    return 'needs a file with its text, or vtysh lines';
  if (file !== undefined) {
    if (text === undefined) return "does not say the file's text";
    return undo === undefined
      ? undefined
      : "'undo' goes with vtysh: a file gets its own content again";
  }
  if (undo === undefined) return 'vtysh lines need the lines that undo them (undo)';
  return text === undefined && reload === undefined
    ? undefined
    : "'text' and 'reload' go with a file";
}

export const config: NodeFaultKind<ConfigParams> = {
  name: 'config',
  acts: 'node',
  on: 'nodes',
  about:
    'The node gets another configuration: a file, or lines for FRR. When the fault ends it has its own again: the file byte for byte; the running configuration of FRR is compared with what it was.',
  schema,
  example:
    'config: { node: r1, vtysh: [interface eth1, ip ospf cost 1000], undo: [interface eth1, no ip ospf cost] }',
  describe: ({ file, vtysh = [] }) => (file === undefined ? vtysh.join(' / ') : `another ${file}`),
  needsNetem: () => false,
  refuse,
  services: ({ reload, vtysh }) => [
    ...(reload === undefined ? [] : [reload]),
    ...(vtysh === undefined ? [] : ['zebra']),
  ],
  asks: () => [],
};
