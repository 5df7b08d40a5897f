import { openSync, readFileSync } from 'node:fs';
import { collect, spawnInside } from '../host/commands.ts';
import { closeNamespaces, inNetns, type NamespaceFds } from '../host/namespaces.ts';
import { isAlive, namespaceOf, readProcess } from '../host/processes.ts';
import { dockerAt, orGone } from './docker.ts';
import type { NodeMark, ProcessMark } from './undo-act.ts';
import type { AbsentNode, UndoNode, UndoPlace } from './undo-place.ts';

const KINDS = ['mnt', 'uts', 'pid'] as const;

/** Nodes as another process than the engine finds them: by what the journal says of them. */
export class FoundNodes implements UndoPlace {
  readonly engine = null;
  readonly #found: FoundNode[] = [];

  async node(mark: NodeMark): Promise<UndoNode | AbsentNode> {
    const init = await initOf(mark);
    if ('absent' in init) return init;
    const known = this.#found.find(
      ({ name, initPid }) => name === mark.name && initPid === init.pid,
    );
    if (known !== undefined && isAlive(init)) return known;
    try {
      const node = new FoundNode(mark.name, init);
      this.#found.push(node);
      // all of it was opened while the process was this one
      return isAlive(init) ? node : gone;
    } catch (error) {
      if (isAlive(init)) throw error;
      return gone;
    }
  }

  close(): void {
    for (const node of this.#found) node.close();
  }
}

const gone: AbsentNode = { absent: true, why: 'is gone', keepsFiles: false };

/** Its first process; of a container that was started again meanwhile, the one that it has now. */
async function initOf({ init, container }: NodeMark): Promise<ProcessMark | AbsentNode> {
  if (init !== null && isAlive(init)) return init;
  if (container === undefined) return gone;
  const docker = await dockerAt(container.docker);
  const info = await orGone(docker.getContainer(container.id).inspect());
  if (info === null) return gone;
  const seen = info.State.Running ? readProcess(info.State.Pid) : undefined;
  return seen ?? { absent: true, why: 'its container does not run', keepsFiles: true };
}

class FoundNode implements UndoNode {
  readonly name: string;
  readonly initPid: number;
  readonly #fds: NamespaceFds;
  readonly #env: Readonly<Record<string, string>>;

  constructor(name: string, { pid }: ProcessMark) {
    this.name = name;
    this.initPid = pid;
    this.#env = environmentOf(pid);
    const open = (kind: string): number => openSync(`/proc/${pid}/ns/${kind}`, 'r');
    const own = KINDS.filter((kind) => namespaceOf(pid, kind) !== namespaceOf('self', kind));
    this.#fds = { net: open('net'), ...Object.fromEntries(own.map((kind) => [kind, open(kind)])) };
  }

  inNet<T>(body: () => T): T {
    return inNetns(this.#fds.net, body);
  }

  exec(
    argv: readonly string[],
    options: { readonly timeoutMs: number },
  ): ReturnType<UndoNode['exec']> {
    return collect(spawnInside(this.#fds, this.#env, argv), argv, options);
  }

  close(): void {
    closeNamespaces(this.#fds);
  }
}

/** As its first process was started. */
function environmentOf(pid: number): Readonly<Record<string, string>> {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8')
    .split('\0')
    .filter((pair) => pair.includes('='))
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
  return Object.fromEntries(pairs);
}
