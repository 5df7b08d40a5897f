import assert from 'node:assert/strict';
import { ChaosError } from '../../../src/errors.ts';
import { checkControlPath } from '../../../src/cli/run/check-control-path.ts';
import type { Plan, PlannedStep } from '../../../src/plan/plan.ts';
import { labOf } from '../fault/fault-lab.ts';

const position = { file: 's.yml', line: 7, column: 3 };

function planWith(step: Partial<PlannedStep>): Plan {
  const topology = labOf(['h1', 'h2'], ['h1 h2']);
  const base = { id: 's', position, startNs: 0, endNs: 1e9, active: [], faults: [], describe: '' };
  return { file: 's.yml', topology, steps: [{ ...base, ...step }] } as unknown as Plan;
}

const exec = (argv: readonly string[], undo: readonly string[] = []): Partial<PlannedStep> => ({
  faults: [
    { kind: 'exec', params: { argv, undo, rc: 0 }, target: { directions: [], endpoints: [], nodes: ['h1'] } },
  ],
}); // prettier-ignore

describe('the control path', () => {
  const refused: readonly (readonly string[])[] = [
    ['pkill', 'node'],
    ['/bin/kill', '-9', '1'],
    ['timeout', '5', 'killall', 'node'],
    ['sh', '-c', 'sleep 1; kill -9 -1'],
    ['reboot', '-f'],
  ];
  for (const argv of refused) {
    it(`is not cut by '${argv.join(' ')}' in a node without processes`, () => {
      const act = { node: 'h1', argv, rc: 0, withinNs: 1e9 };
      for (const step of [exec(argv), exec(['true'], argv), { act }]) {
        assert.throws(
          () => {
            checkControlPath(planWith(step));
          },
          (error: unknown) =>
            error instanceof ChaosError &&
            error.code === 'invalid' &&
            error.problems[0]?.position.line === 7,
        );
      }
    });
  }

  it('lets other commands be', () => {
    for (const argv of [['ip', 'link', 'set', 'eth1', 'mtu', '600'], ['sh', '-c', 'echo skills'], ['cat', 'kill']]) {
      checkControlPath(planWith(exec(argv)));
    }
  }); // prettier-ignore
});
