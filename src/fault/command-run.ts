import type { CommandResult, NodeExecOptions, StartedNode } from '../lab/lab.ts';

/** A command of a fault that takes longer is killed: the fault has failed, the run goes on. */
const COMMAND_WITHIN_MS = 30_000;
const SHOWN_CHARS = 1500;

/** Run a command in a node; @throws with what it said when it ends in any other way than asked. */
export async function mustRun(
  node: StartedNode,
  argv: readonly string[],
  options: NodeExecOptions & { readonly rc?: number } = {},
): Promise<CommandResult> {
  const { rc = 0, ...rest } = options;
  const result = await node.exec(argv, { timeoutMs: COMMAND_WITHIN_MS, ...rest });
  if (result.code === rc) return result;
  const how = result.signal === null ? `exit code ${result.code}` : result.signal;
  const said = shownOutput(result);
  throw new Error(`${node.name}: ${argv.join(' ')}: ${how}${said === '' ? '' : `: ${said}`}`);
}

/** What a command said, in one line. */
export function shownOutput({ stdout, stderr }: CommandResult): string {
  const text = [stdout.trim(), stderr.trim()].filter((part) => part !== '').join('\n');
  const line = text.replaceAll(/\s*\n\s*/gu, ' | ');
  return line.replaceAll(/[ \p{Cc}]+/gu, ' ').slice(0, SHOWN_CHARS);
}
