import { messageOf } from '../errors.ts';
import { basename } from 'node:path';
import { adviceFor } from '../service/tools.ts';
import type { CommandResult, LabContext, NodeExecOptions, StartedNode } from './lab.ts';

type ExecNode = Pick<StartedNode, 'name' | 'topology' | 'exec'>;

/**
 * The `exec` lines of a node, in order. Lines of ip(8) that follow one another share a process (`ip -batch`): most of
 * what labs do here is giving addresses, and a process costs 20-40 ms in the embedded kernel. A line that fails is in
 * the event log and the next ones still run, as in containerlab.
 */
export async function runExecLines(node: ExecNode, context: LabContext): Promise<void> {
  for (const lines of groupLines(node.topology.exec)) {
    const message = await run(node, lines);
    if (message !== undefined) {
      context.onEvent({ type: 'notice', node: node.name, key: 'exec', message });
    }
  }
}

async function run(
  node: ExecNode,
  lines: readonly (readonly string[])[],
): Promise<string | undefined> {
  const [only] = lines;
  if (only === undefined) return undefined;
  if (lines.length === 1) return runAlone(node, only);
  const input = lines.map(([, ...words]) => `${words.join(' ')}\n`).join('');
  let result: CommandResult;
  try {
    result = await node.exec(['ip', '-force', '-batch', '-'], { ...userOf(node), input });
  } catch (error) {
    return messageOf(error);
  }
  if (result.code === 0) return undefined;
  // ip-batch names each failed line by its number, after what went wrong
  const said = result.stderr.replace(
    /^Command failed -:(\d+)$/gm,
    (_, n) => lines[Number(n) - 1]?.join(' ') ?? '',
  );
  return said.trim();
}

async function runAlone(node: ExecNode, line: readonly string[]): Promise<string | undefined> {
  let result: CommandResult;
  try {
    result = await node.exec(line, userOf(node));
  } catch (error) {
    // the program is not there, or no program
    const why = messageOf(error);
    const advice = adviceFor(basename(line[0] ?? ''));
    return advice === undefined ? why : `${why}; ${advice}`;
  }
  return result.code === 0 ? undefined : failure(result);
}

function userOf({ topology }: ExecNode): Pick<NodeExecOptions, 'user'> {
  const user = topology.settings?.user;
  return user === undefined ? {} : { user };
}

/** Lines that may share a process stand together; the others alone. */
export function groupLines(
  lines: readonly (readonly string[])[],
): readonly (readonly (readonly string[])[])[] {
  const groups: (readonly string[])[][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    const previous = last?.at(-1);
    if (last !== undefined && previous !== undefined && isPlain(previous) && isPlain(line)) {
      last.push(line);
    } else groups.push([line]);
  }
  return groups;
}

/** `ip` without options of its own (a batch takes none), and words that need no quotes. */
function isPlain(line: readonly string[]): boolean {
  const [program, object, ...words] = line;
  return (
    program === 'ip' &&
    object !== undefined &&
    [object, ...words].every((w) => /^[^-\s"'\\#][^\s"'\\#]*$/.test(w))
  );
}

/** `ip link add x: exit code 2: RTNETLINK answers: File exists` */
export function failure(result: CommandResult): string {
  const why = result.signal ?? `exit code ${result.code}`;
  const said = (result.stderr.trim() || result.stdout.trim()).slice(0, 2000);
  return `${result.argv.join(' ')}: ${why}${said === '' ? '' : `: ${said}`}`;
}
