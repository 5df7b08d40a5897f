import { z } from 'zod';
import type { NodeFaultKind } from './fault.ts';
import { processKeys, processText, refuseProcessTarget } from './process-target.ts';
import type { ProcessTarget } from './process-target.ts';

const schema: z.ZodType<ProcessTarget> = z.strictObject(processKeys);

export const pause: NodeFaultKind<ProcessTarget> = {
  name: 'pause',
  acts: 'node',
  on: 'nodes',
  about:
    'A daemon and its children stand still, as under a host that has stalled; its sockets stay open and fill up. In the embedded kernel by the cgroup freezer, which they cannot see; on the host kernel by SIGSTOP, because a cgroup would outlive the sandbox.',
  schema,
  example: 'pause: { node: r1, service: keepalived }',
  describe: (params) => `${processText(params)} stands still`,
  needsNetem: () => false,
  refuse: refuseProcessTarget,
  services: ({ service }) => (service === undefined ? [] : [service]),
  asks: () => [],
};
