import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ChaosError } from '../../errors.ts';
import { defineCommand, type Command } from '../command.ts';
import { makeDirectory } from '../make-directory.ts';

/** Two nodes, one link, ten seconds: a ping that a black hole interrupts, and that must come back. */
const LAB = `# A lab is a containerlab topology file. Two plain Linux nodes on one link.
name: two-nodes
topology:
  nodes:
    left:
      kind: linux
      image: linux
      exec: [ip address add 10.0.0.1/24 dev eth1]
    right:
      kind: linux
      image: linux
      exec: [ip address add 10.0.0.2/24 dev eth1]
  links:
    - endpoints: [left:eth1, right:eth1]
      vars: { chaos: { name: wire } }
`;

const SCENARIO = `# yaml-language-server: $schema=./chaos.schema.json
# chaos run two-nodes.yml           (the schema for editors: chaos schema > chaos.schema.json)
name: two-nodes
about: a black hole of two seconds between two nodes
lab: two-nodes.clab.yml
probes:
  ping: { icmp: { from: left, to: right, rate: 20/s, ok: { loss: "< 5%", over: 500ms } } }
ready: { within: 20s, hold: 1s, that: [ping.ok] }   # t = 0 is when this has held
timeline:
  - { id: hole, at: 2s, for: 2s, black-hole: { link: wire } }
recovery: { until: ready, at-most: 4s }
measure:
  outage: { time: not ping.ok, during: run }
expect:
  - { name: the ping notices, eventually: not ping.ok, of: hole.start, within: 1s }
  - { name: the ping is back, eventually: ping.ok, of: hole.end, within: 2s }
`;

const schema = z.object({ directory: z.string().optional() });

export const command: Command = defineCommand({
  name: 'init',
  about: 'write a two-node, ten-second scenario and its lab, to start from',
  positionals: [{ name: 'directory', about: 'where (default: here)', required: false, file: true }],
  options: {},
  examples: [['chaos init && chaos run two-nodes.yml', 'the first run']],
  schema,
  run({ directory = '.' }, io) {
    const files = { 'two-nodes.clab.yml': LAB, 'two-nodes.yml': SCENARIO };
    const paths = Object.entries(files).map(([name, text]) => ({
      path: join(directory, name),
      text,
    }));
    const taken = paths.find(({ path }) => existsSync(path));
    if (taken !== undefined) {
      throw new ChaosError('usage', `${taken.path} is there already; nothing was written`);
    }
    makeDirectory(directory);
    for (const { path, text } of paths) {
      writeFileSync(path, text, { flag: 'wx' });
      io.out(`wrote ${path}\n`);
    }
    io.err(`next: chaos run ${join(directory, 'two-nodes.yml')}\n`);
    return Promise.resolve(0);
  },
});
