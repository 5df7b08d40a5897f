import { resizeTmpfs } from '../host/mount.ts';
import { processesIn } from '../host/processes.ts';
import { pidText, serviceOf } from '../fault/process-run.ts';
import type { StartedLab, StartedNode } from '../lab/lab.ts';
import { executeUndo } from '../undo/execute.ts';
import type { NodeMark, UndoAct } from '../undo/undo-act.ts';
import type { AbsentNode, EngineUndo, UndoNode, UndoPlace } from '../undo/undo-place.ts';

/** Undoing in the engine, which holds the nodes of its lab. */
export class UndoInEngine implements UndoPlace, EngineUndo {
  /** given when it is up */
  lab: StartedLab | null = null;
  readonly engine: EngineUndo = this;

  execute(act: UndoAct): Promise<string> {
    return executeUndo(act, this);
  }

  /** Without power there is nothing to undo: it boots with what it was given. */
  node({ name }: NodeMark): Promise<UndoNode | AbsentNode> {
    const node = this.#node(name);
    if (node.power?.isOn !== false) return Promise.resolve(node);
    const keepsFiles = node.container !== undefined;
    return Promise.resolve({ absent: true, why: 'has no power', keepsFiles });
  }

  async startService(name: string, service: string): Promise<string> {
    const node = this.#node(name);
    const daemon = serviceOf(node, service);
    if (daemon.pid !== null) return `${name}: ${service} runs ${pidText(daemon)}`;
    // it starts with everything else then
    if (node.power?.isOn === false) return `${name}: has no power`;
    await daemon.start();
    return `${name}: ${service} runs again ${pidText(daemon)}`;
  }

  async turnOn(name: string): Promise<string> {
    const node = this.#node(name);
    await node.power?.turnOn();
    return `${name}: on, ${processesIn(node.netnsFd).length} processes`;
  }

  servicePid(name: string, service: string): number | null {
    return serviceOf(this.#node(name), service).pid;
  }

  resize(at: string, bytes: number): void {
    resizeTmpfs(at, bytes);
  }

  #node(name: string): StartedNode {
    if (this.lab === null) throw new Error(`${name}: the lab is not up`);
    return this.lab.node(name);
  }
}
