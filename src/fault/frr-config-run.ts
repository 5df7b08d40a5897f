import type { StartedNode } from '../lab/lab.ts';
import { markOf } from '../undo/mark.ts';
import { mustRun } from '../undo/in-node.ts';
import type { NodeFaultContext } from './node-fault-run.ts';

/** A line of FRR's configuration with the blocks that it stands in: ['router bgp 1', 'address-family ipv4 unicast']. */
export interface ConfigLine {
  readonly blocks: readonly string[];
  readonly text: string;
}

/** `show running-config`, line by line. */
export async function readRunningConfig(node: StartedNode): Promise<readonly ConfigLine[]> {
  return parseConfig(await showConfig(node));
}

/** It would write down in root's home what it was told. */
export const VTYSH: readonly string[] = ['env', 'VTYSH_HISTFILE=/dev/null', 'vtysh'];

const SHOW_CONFIG = [...VTYSH, '-c', 'show running-config'];

async function showConfig(node: StartedNode): Promise<string> {
  return (await mustRun(node, SHOW_CONFIG)).stdout;
}

/** Blocks are indented by one space a level, and end with exit lines or the next line further out. */
export function parseConfig(text: string): readonly ConfigLine[] {
  const lines: ConfigLine[] = [];
  const open: string[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || /^(!|exit|end$|Building|Current)/u.test(line)) continue;
    open.length = Math.min(open.length, raw.length - raw.trimStart().length);
    lines.push({ blocks: [...open], text: line });
    open.push(line);
  }
  return lines;
}

/** The words that give a line to vtysh, from the top. */
export function commandsFor({ blocks, text }: ConfigLine): readonly string[] {
  return [...blocks, text, ...blocks.map(() => 'exit')];
}

/** What takes a line out again. */
export function without({ blocks, text }: ConfigLine): ConfigLine {
  return { blocks, text: text.startsWith('no ') ? text.slice(3) : `no ${text}` };
}

/**
 * Give lines to a node's daemons as one step, and others to undo it. That it is undone is seen from the running
 * configuration, which must then say what it said before. Gives what the change made of it.
 */
export async function changeConfig(
  node: StartedNode,
  { undo }: NodeFaultContext,
  lines: readonly string[],
  undoLines: readonly string[],
): Promise<string> {
  const said = await showConfig(node);
  const before = parseConfig(said);
  let after = before;
  await undo.step({
    about: `${node.name}: vtysh: ${undoLines.join(' / ')}`,
    act: async () => {
      await give(node, lines);
      after = await readRunningConfig(node);
    },
    undo: {
      do: 'run',
      node: markOf(node),
      argv: commandsOf(undoLines),
      rc: 0,
      shown: `${node.name}: its configuration is what it was`,
      look: { argv: SHOW_CONFIG, said, of: 'its configuration' },
    },
  });
  const change = difference(before, after);
  if (change === '') throw new Error(`${node.name}: ${lines.join(' / ')} changes nothing`);
  return `${node.name}: ${change}`;
}

async function give(node: StartedNode, lines: readonly string[]): Promise<void> {
  const said = await mustRun(node, commandsOf(lines));
  const refused = /^% .*$/mu.exec(said.stdout)?.[0];
  if (refused !== undefined) throw new Error(`${node.name}: ${lines.join(' / ')}: ${refused}`);
}

function commandsOf(lines: readonly string[]): readonly string[] {
  return [...VTYSH, ...['configure terminal', ...lines].flatMap((line) => ['-c', line])];
}

/** '+ router bgp 1 > network 10.9.0.0/24' */
function difference(before: readonly ConfigLine[], after: readonly ConfigLine[]): string {
  const name = ({ blocks, text }: ConfigLine): string => [...blocks, text].join(' > ');
  const [old, now] = [before.map(name), after.map(name)];
  return [
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
  ].join(', ');
}
