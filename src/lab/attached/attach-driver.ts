import type { LabDriver } from '../lab.ts';

/** A lab of containerlab that runs already: what attaching takes is loaded with the first. */
export const attachDriver: LabDriver = {
  name: 'attach',
  about: 'a containerlab lab that runs already (lab: {attach: NAME}); faults act in its nodes',
  async start(topology, context) {
    const { attachToLab } = await import('./attach-to-lab.ts');
    return attachToLab(topology, context);
  },
};
