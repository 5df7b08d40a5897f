import type { LabDriver } from '../lab.ts';

/** The lab by the stock containerlab: real containers, in a Docker of the run's own or the machine's. */
export const containerlabDriver: LabDriver = {
  name: 'containerlab',
  about: 'containers, deployed by the stock containerlab 0.79 in Docker (--docker)',
  async start(topology, context) {
    const { startContainerLab } = await import('./start-lab.ts');
    return startContainerLab(topology, context);
  },
};
