import type { Written } from './definition.ts';
import type { InheritedNode } from './inherit.ts';
import type { LabFile } from './lab-file.ts';
import { OpenQuote, splitCommand } from './shlex.ts';

type LeaveOut = (key: string, written: Written, message: string) => void;

/** In the order in which containerlab runs them (core/clab.go): the node's `exec` stands after `configure`. */
const BEFORE = [
  ['create', 'on-exit'],
  ['create-links', 'on-enter'],
  ['create-links', 'on-exit'],
  ['configure', 'on-enter'],
  ['configure', 'on-exit'],
] as const;
const AFTER = [
  ['healthy', 'on-enter'],
  ['healthy', 'on-exit'],
] as const;
const STAGES = ['create', 'create-links', 'configure', 'healthy', 'exit'];

/**
 * The commands of a node: its `exec` and those of its stages that run in the container, split as containerlab does.
 * What waits for another node is in settings.ts.
 */
export function readExec(
  file: LabFile,
  node: InheritedNode,
  expand: (text: string) => string,
  leaveOut: LeaveOut,
): readonly (readonly string[])[] {
  const split = (line: Written): readonly (readonly string[])[] => {
    try {
      const words = splitCommand(expand(line.text));
      return words.length === 0 ? [] : [words];
    } catch (error) {
      if (!(error instanceof OpenQuote)) throw error;
      const hint = 'there is no shell; for one, write: sh -c "…"';
      file.complainInside(line.path, error.index, { message: error.message, hint });
      return [];
    }
  };
  const staged = (moments: typeof BEFORE | typeof AFTER): readonly Written[] =>
    moments.flatMap(([stage, phase]) => commandsAt(file, node, stage, phase));
  sayWhatStagesLose(file, node, leaveOut);
  return [...staged(BEFORE), ...node.list('exec'), ...staged(AFTER)].flatMap(split);
}

function commandsAt(
  file: LabFile,
  node: InheritedNode,
  stage: string,
  phase: string,
): readonly Written[] {
  return entries(file, node, stage, 'exec').flatMap((path) => {
    const text = (key: string): string => file.textAt([...path, key]) ?? '';
    const isHere =
      (text('phase') || 'on-enter') === phase && (text('target') || 'container') === 'container';
    return isHere ? [{ text: text('command'), path: [...path, 'command'] }] : [];
  });
}

/** The entries of a list of a stage, from the general to the special. */
function entries(
  file: LabFile,
  node: InheritedNode,
  stage: string,
  key: string,
): readonly Written['path'][] {
  return node.levels.toReversed().flatMap((level) => {
    const path = [...level.path, 'stages', stage, key];
    const list = file.valueAt(path);
    return Array.isArray(list) ? list.map((_, index) => [...path, index]) : [];
  });
}

function sayWhatStagesLose(file: LabFile, node: InheritedNode, leaveOut: LeaveOut): void {
  const [wait] = ['healthy', 'exit'].flatMap((stage) => entries(file, node, stage, 'wait-for'));
  if (wait !== undefined) {
    const message =
      'a node that runs waits for nobody; wait in the stage create, create-links or configure';
    leaveOut('stages', { text: '', path: wait }, message);
  }
  const all = STAGES.flatMap((stage) =>
    entries(file, node, stage, 'exec').map((path) => ({ stage, path })),
  );
  for (const { stage, path } of all) {
    if (file.textAt([...path, 'target']) === 'host') {
      const message =
        'a command on the host: it would reach out of the lab; run it before, by hand';
      leaveOut('stages', { text: '', path }, message);
    } else if (
      stage === 'exit' ||
      (stage === 'create' && file.textAt([...path, 'phase']) !== 'on-exit')
    ) {
      leaveOut('stages', { text: '', path }, 'there is no container at that moment to run it in');
    }
  }
}
