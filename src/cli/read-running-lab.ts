import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { ChaosError } from '../errors.ts';
import { findLab } from '../lab/attached/find-lab.ts';
import { readRunningNodes } from '../lab/attached/read-nodes.ts';
import { readTopology } from '../lab/clab/read-topology.ts';
import { askMachineDocker } from '../lab/containerlab/machine-docker.ts';
import { readUserFile, type LabText } from './read-lab.ts';
import { readTemplateVariables } from './template-variables.ts';

/**
 * A lab that runs already: its topology file, which its containers name, and what stands of it.
 * @throws ChaosError 'cannot-run-here' when it cannot be reached, or is not what its file says
 */
export async function readRunningLab(
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<LabText> {
  const asked = await askMachineDocker(process.env);
  if ('lacks' in asked) {
    throw new ChaosError('cannot-run-here', `lab '${name}' cannot be reached: ${asked.lacks}`, {
      hint: 'DOCKER_HOST=unix:///path/of/its/socket, or start the daemon',
    });
  }
  const { docker, socket } = asked;
  const containers = await findLab(docker, name);
  if (process.getuid?.() !== 0) {
    throw new ChaosError('cannot-run-here', `only root may look into the nodes of lab '${name}'`, {
      hint: 'sudo chaos ...',
    });
  }
  const file = containers[0]?.file ?? '';
  const text = readUserFile(file, `the topology file of lab '${name}'`);
  const topology = readTopology(text, file, {
    environment: { HOME: homedir(), ...environment },
    variables: readTemplateVariables(file),
    readFile: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    isRunning: true,
  });
  return {
    text,
    topology: await readRunningNodes(topology, { lab: name, containers, docker, socket }),
  };
}
