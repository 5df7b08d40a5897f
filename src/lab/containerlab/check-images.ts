import type Docker from 'dockerode';
import { ChaosError } from '../../errors.ts';
import type { TopologyNode } from '../topology.ts';
import type { LabDocker } from './lab-docker.ts';
import { dockerImage } from './lab-document.ts';

/**
 * Before anything is deployed: what the daemon has not is never pulled, but where the lab file asks for it.
 * @throws ChaosError 'lab-failed' with every node whose image is missing, and what to do
 */
export async function checkImages(
  { docker, run }: LabDocker,
  nodes: readonly TopologyNode[],
): Promise<void> {
  const missing: TopologyNode[] = [];
  for (const node of nodes) {
    if (!isPulled(node) && !(await isThere(docker, dockerImage(node)))) missing.push(node);
  }
  if (missing.length === 0) return;
  const what = missing.map((node) => `node '${node.name}': image: ${dockerImage(node)}`);
  throw new ChaosError('lab-failed', `not in ${whose(run)}: ${what.join('; ')}`, {
    hint: [...new Set(missing.map((node) => remedy(node, run)))].join('\n'),
  });
}

/** containerlab's own key (nodes/config.go); its default would pull what is missing. */
function isPulled({ foreign }: TopologyNode): boolean {
  const policy = foreign?.['image-pull-policy']?.toLowerCase();
  return policy !== undefined && policy !== 'never';
}

/** The daemon knows every way in which a name may be written. */
async function isThere(docker: Docker, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if ((error as { readonly statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

function whose(run: string | null): string {
  return run === null
    ? "the Docker of this run's own, which has images of ours"
    : "the machine's Docker";
}

function remedy(node: TopologyNode, run: string | null): string {
  const loaded = 'sudo chaos lab images build --docker host';
  if (node.foreign === undefined) return run === null ? 'sudo chaos lab images build' : loaded;
  const label = 'in the lab file labels: {chaos.image: linux}, for an image of ours in its place';
  return run === null
    ? `--docker host, for images of the machine's Docker; or ${label}`
    : `docker pull ${node.image}; or image-pull-policy: IfNotPresent in the lab file; or ${label}`;
}
