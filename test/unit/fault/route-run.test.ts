import assert from 'node:assert/strict';
import type { CommandResult } from '../../../src/host/commands.ts';
import { injectRoute } from '../../../src/fault/route-run.ts';
import type { NodeFaultContext } from '../../../src/fault/node-fault-run.ts';
import type { UndoStep } from '../../../src/undo/journal.ts';

/** What `ip -oneline route show` says (iproute2 6.1), and what it is then told; and what undoes that. */
async function withdraw(prefix: string, said: string): Promise<readonly [string, string]> {
  const told: string[] = [];
  const steps: UndoStep[] = [];
  const node = {
    name: 'r1',
    initPid: null,
    services: [],
    exec: (argv: readonly string[]): Promise<CommandResult> => {
      const isShow = argv.includes('show');
      if (!isShow) told.push(argv.join(' '));
      const stdout = isShow ? said : '';
      return Promise.resolve({ argv, code: 0, signal: null, stdout, stderr: '' });
    },
  };
  const fault = { kind: 'route', params: { withdraw: prefix }, target: { nodes: ['r1'] } };
  const undo = {
    step: async (step: UndoStep) => {
      steps.push(step);
      await step.act();
    },
  };
  await injectRoute({ fault, lab: { node: () => node }, undo } as unknown as NodeFaultContext);
  const [step, ...others] = steps;
  assert.ok(step?.undo.do === 'run');
  assert.deepEqual([told.length, others.length], [1, 0]);
  return [told[0] ?? '', step.undo.argv.join(' ')];
}

describe('a route of the kernel that is withdrawn', () => {
  it('is one with all its next hops', async () => {
    const [del, add] = await withdraw(
      '10.9.0.0/16',
      '10.9.0.0/16 \\\tnexthop via 10.0.0.2 dev d0 weight 1 \\\tnexthop via 10.1.0.2 dev d1 weight 2 linkdown \n',
    );
    const words =
      '10.9.0.0/16 nexthop via 10.0.0.2 dev d0 weight 1 nexthop via 10.1.0.2 dev d1 weight 2';
    assert.deepEqual([del, add], [`ip -4 route del ${words}`, `ip -4 route add ${words}`]);
  });

  it('is given back with a gateway that is on the link though no address is', async () => {
    const [, add] = await withdraw('10.8.0.0/16', '10.8.0.0/16 via 192.168.7.7 dev d0 onlink \n');
    assert.equal(add, 'ip -4 route add 10.8.0.0/16 via 192.168.7.7 dev d0 onlink');
  });
});
