import { argvOf, processesIn, type ProcessSeen } from '../../host/processes.ts';
import { markOf } from '../../undo/mark.ts';
import type { UndoAct } from '../../undo/undo-act.ts';
import type { NodeService } from '../lab.ts';
import type { ContainerNode } from '../containerlab/container-node.ts';

const RUNS_AGAIN_WITHIN_S = 5;

/**
 * Waits until the program `$1` runs again, which is its supervisor's business (watchfrr, an init); where nobody starts it
 * for so long, the rest of the arguments does. A zombie does not run.
 */
const UNLESS_IT_RUNS = `name=$1; shift; tries=$((${String(RUNS_AGAIN_WITHIN_S)} * 10))
while [ $tries -gt 0 ]; do
  for status in /proc/[0-9]*/status; do
    seen=; state=
    while read -r key value rest; do
      case $key in Name:) seen=$value ;; State:) state=$value; break ;; esac
    done <$status 2>/dev/null
    [ "$seen" = "$name" ] && [ "$state" != Z ] && exit 0
  done
  sleep 0.1; tries=$((tries - 1))
done
setsid "$@" >/dev/null 2>&1 </dev/null &
`;

/** A program that the node's own init, or somebody, has started: known by its name, and how it was called. */
export class AttachedService implements NodeService {
  readonly name: string;
  readonly #node: ContainerNode;
  /** how it was called */
  readonly #argv: readonly string[];

  /** It runs. */
  constructor(node: ContainerNode, { pid, command }: ProcessSeen) {
    this.#node = node;
    this.name = command;
    this.#argv = argvOf(pid);
  }

  /** of several of that name the first */
  get pid(): number | null {
    const found = processesIn(this.#node.netnsFd).find(
      ({ command, state }) => command === this.name && state !== 'Z',
    );
    return found?.pid ?? null;
  }

  startAgain(): UndoAct {
    const shown = `${this.#node.name}: ${this.name} runs`;
    return { do: 'run', node: markOf(this.#node), argv: this.#again, rc: 0, shown };
  }

  get #again(): readonly string[] {
    return ['sh', '-c', UNLESS_IT_RUNS, 'sh', this.name, ...this.#argv];
  }

  async start(): Promise<void> {
    const { code, stderr } = await this.#node.exec(this.#again);
    if (code !== 0) throw new Error(`${this.#node.name}: ${this.name} does not start: ${stderr}`);
  }
}
