import type Docker from 'dockerode';
import { ChaosError } from '../../errors.ts';

/** A container of a lab, as its labels tell. */
export interface LabContainer {
  readonly id: string;
  /** 'clab-flaky-r1' */
  readonly name: string;
  readonly node: string;
  /** Docker's word: 'running', 'exited', 'paused', ... */
  readonly state: string;
  /** the topology file that it was deployed from, an absolute path */
  readonly file: string;
}

/** containerlab's labels of its containers. */
const LABEL = { lab: 'containerlab', node: 'clab-node-name', file: 'clab-topo-file' } as const;

/**
 * The containers of the lab of that name, by the names of their nodes.
 * @throws ChaosError 'cannot-run-here' when there is no such lab, or not all of it runs
 */
export async function findLab(docker: Docker, lab: string): Promise<readonly LabContainer[]> {
  const all = await docker.listContainers({ all: true, filters: { label: [LABEL.lab] } });
  const labs = [...new Set(all.map(({ Labels }) => Labels[LABEL.lab] ?? ''))].sort();
  const found = all
    .filter(({ Labels }) => Labels[LABEL.lab] === lab)
    .map(({ Id, Names, Labels, State }) => ({
      id: Id,
      name: (Names[0] ?? Id).replace(/^\//u, ''),
      node: Labels[LABEL.node] ?? '',
      state: State,
      file: Labels[LABEL.file] ?? '',
    }))
    .sort((a, b) => (a.node < b.node ? -1 : 1));
  if (found.length === 0) throw noSuchLab(lab, labs);
  const down = found.filter(({ state }) => state !== 'running');
  if (down.length === 0) return found;
  const list = down.map(({ name, state }) => `${name} (${state})`).join(', ');
  throw new ChaosError('cannot-run-here', `not all of lab '${lab}' runs: ${list}`, {
    hint: down.map(({ name, state }) => remedy(name, state)).join('\n  or: '),
  });
}

/** A container of containerlab that starts again has lost its links. */
function remedy(container: string, state: string): string {
  return state === 'paused'
    ? `docker unpause ${container}`
    : 'containerlab deploy --reconfigure --topo LAB.clab.yml';
}

function noSuchLab(lab: string, labs: readonly string[]): ChaosError {
  const others =
    labs.length === 0 ? 'no lab of containerlab runs here' : `here run: ${labs.join(', ')}`;
  return new ChaosError('cannot-run-here', `there is no lab '${lab}'; ${others}`, {
    hint:
      labs.length === 0
        ? 'containerlab deploy --topo LAB.clab.yml'
        : 'lab: {attach: NAME} takes the name of the lab, without clab- and node: containerlab inspect --all',
  });
}
