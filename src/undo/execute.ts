import { removeControlGroup } from '../host/control-groups.ts';
import { containerAgain, removeContainers, removeDirectories } from './docker.ts';
import { giveFileAgain, giveSizeAgain, runInNode } from './in-node.ts';
import { raiseInterface, removeQdisc, removeTable } from './network.ts';
import { giveLimitAgain, letGoOn, untrace } from './processes.ts';
import type { NodeMark, UndoAct } from './undo-act.ts';
import type { EngineUndo, UndoNode, UndoPlace } from './undo-place.ts';

/**
 * Do what undoes an act. Gives what people are told then; '' where there is nothing to tell.
 * @throws when it cannot be done
 */
export async function executeUndo(act: UndoAct, place: UndoPlace): Promise<string> {
  switch (act.do) {
    case 'nothing':
      return '';
    case 'run':
      return inNode(act.node, place, (node) => runInNode(act, node));
    case 'file':
      return inNode(act.node, place, (node) => giveFileAgain(act, node, place.engine), true);
    case 'size':
      return inNode(act.node, place, (node) => giveSizeAgain(act, node, place.engine));
    case 'interface-up':
      return inNode(act.node, place, (node) => raiseInterface(act, node));
    case 'remove-table':
      return inNode(act.node, place, (node) => removeTable(act, node));
    case 'remove-qdisc':
      return inNode(act.node, place, (node) => removeQdisc(act, node));
    case 'go-on':
      return letGoOn(act);
    case 'untrace':
      return untrace(act);
    case 'address-space':
      return giveLimitAgain(act);
    case 'start-service':
      return engineOf(place, act).startService(act.node, act.service);
    case 'turn-on':
      return engineOf(place, act).turnOn(act.node);
    case 'container':
      return containerAgain(act);
    case 'remove-containers':
      return removeContainers(act);
    case 'remove-directories':
      return removeDirectories(act);
    case 'remove-control-group':
      await removeControlGroup(act.name);
      return `control group ${act.name} removed`;
    default:
      return act satisfies never;
  }
}

async function inNode(
  mark: NodeMark,
  place: UndoPlace,
  body: (node: UndoNode) => string | Promise<string>,
  isOfFiles = false,
): Promise<string> {
  const node = await place.node(mark);
  if (node.absent !== true) return body(node);
  const text = `${mark.name}: ${node.why}`;
  if (isOfFiles && node.keepsFiles) throw new Error(`${text}, and its file is not what it was`);
  return text;
}

function engineOf({ engine }: UndoPlace, act: UndoAct): EngineUndo {
  if (engine !== null) return engine;
  throw new Error(`${act.do}: only the engine that ran could, and it is gone`);
}
