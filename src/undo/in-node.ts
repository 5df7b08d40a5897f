import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { CommandResult } from '../host/commands.ts';
import { nodePath } from '../host/node-path.ts';
import { sendSignal } from '../host/processes.ts';
import type { Look, UndoActOf } from './undo-act.ts';
import type { EngineUndo, UndoNode } from './undo-place.ts';

/** A command of a fault that takes longer is killed: the fault has failed, the run goes on. */
const COMMAND_WITHIN_MS = 30_000;
const SHOWN_CHARS = 1500;

export type Executes = Pick<UndoNode, 'name' | 'exec'>;

/**
 * Run a command in a node; `signal` kills it.
 * @throws with what it said when it ends in any other way than asked
 */
export async function mustRun(
  node: Executes,
  argv: readonly string[],
  rc = 0,
  signal?: AbortSignal,
): Promise<CommandResult> {
  const timeoutMs = COMMAND_WITHIN_MS;
  const result = await node.exec(argv, { timeoutMs, ...(signal !== undefined && { signal }) });
  if (result.code === rc) return result;
  throw new Error(`${node.name}: ${argv.join(' ')}: ${failureOf(result)}`);
}

/** What a command said, in one line. */
export function shownOutput({ stdout, stderr }: CommandResult): string {
  const text = [stdout.trim(), stderr.trim()].filter((part) => part !== '').join('\n');
  const line = text.replaceAll(/\s*\n\s*/gu, ' | ');
  return line.replaceAll(/[ \p{Cc}]+/gu, ' ').slice(0, SHOWN_CHARS);
}

function failureOf(result: CommandResult): string {
  const how = result.signal ?? `exit code ${result.code}`;
  const said = shownOutput(result);
  return said === '' ? how : `${how}: ${said}`;
}

export async function runInNode(
  { argv, rc, shown, look }: UndoActOf<'run'>,
  node: UndoNode,
): Promise<string> {
  const told = (result?: CommandResult): string => {
    const said = result === undefined ? '' : shownOutput(result);
    return shown ?? `${node.name}: ${argv.join(' ')}${said === '' ? '' : `: ${said}`}`;
  };
  if (look !== undefined && (await changeSince(look, node)) === '') return told();
  if (look?.of === undefined) return told(await mustRun(node, argv, rc));
  const result = await node.exec(argv, { timeoutMs: COMMAND_WITHIN_MS });
  const left = await changeSince(look, node);
  if (left === '') return told(result);
  const why = result.code === rc ? shownOutput(result) : failureOf(result);
  throw new Error(`${look.of} is not what it was: ${left}${why === '' ? '' : ` (${why})`}`);
}

/** '+ line, - line': what a look says now and did not say then, and the other way round. */
async function changeSince({ argv, said }: Look, node: UndoNode): Promise<string> {
  const { stdout } = await mustRun(node, argv);
  const [before, now] = [linesOf(said), linesOf(stdout)];
  return [
    ...without(now, before).map((line) => `+ ${line.trim()}`),
    ...without(before, now).map((line) => `- ${line.trim()}`),
  ].join(', ');
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && line !== '!');
}

/** Lines that are there more than once count each time. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

export async function giveFileAgain(
  act: UndoActOf<'file'>,
  node: UndoNode,
  engine: EngineUndo | null,
): Promise<string> {
  const { path, base64, made, meanwhile } = act;
  const own = nodePath(node, path);
  if (meanwhile !== undefined && isThere(own)) {
    writeFileSync(own, meanwhile.text);
    await wait(meanwhile.ms);
  }
  if (base64 === null) rmSync(own, { force: true });
  // what exists keeps its owner and its mode
  else writeFileSync(own, Buffer.from(base64, 'base64'));
  for (const directory of made) removeEmpty(nodePath(node, directory));
  tellDaemon(act, engine);
  return act.shown ?? `${node.name}: ${path} ${digestText(readIfThere(own))}`;
}

function tellDaemon({ reload, node }: UndoActOf<'file'>, engine: EngineUndo | null): void {
  if (reload === undefined) return;
  if (engine === null) {
    if (reload.process !== null) sendSignal(reload.process, 'SIGHUP');
    return;
  }
  const pid = engine.servicePid(node.name, reload.service);
  if (pid !== null) process.kill(pid, 'SIGHUP');
}

export function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return null;
  }
}

function isThere(path: string): boolean {
  return readIfThere(path) !== null;
}

function removeEmpty(directory: string): void {
  try {
    if (readdirSync(directory).length === 0) rmdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** '812 bytes (sha256 1f2e3d4c)' */
export function digestText(data: Buffer | null): string {
  if (data === null) return 'not there';
  const digest = createHash('sha256').update(data).digest('hex').slice(0, 8);
  return `${data.length} bytes (sha256 ${digest})`;
}

export async function giveSizeAgain(
  act: UndoActOf<'size'>,
  node: UndoNode,
  engine: EngineUndo | null,
): Promise<string> {
  const { path, at, bytes } = act;
  let seen = at;
  if (act.in === 'node') {
    await mustRun(node, ['mount', '-o', `remount,size=${bytes}`, at]);
    seen = nodePath(node, at);
  } else if (engine === null) throw new Error(`${path}: its file system was the engine's`);
  else engine.resize(at, bytes);
  const { bfree, bsize } = statfsSync(seen);
  return `${node.name}: ${path}: ${bfree * bsize} bytes free`;
}
