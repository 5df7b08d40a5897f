import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosError } from '../../errors.ts';
import { chooseKernel, type KernelNeeds } from '../../kernel/choose.ts';
import type { AttachedLab, Topology } from '../../lab/topology.ts';
import { changesOfNodes, readNodeStates } from './attached-state.ts';
import type { PlaceChoice, RunDocker } from './run-docker.ts';
import type { RunSettings } from './run-settings.ts';

/** The driver of a lab that runs already: who deployed it has chosen, and nobody can choose another. */
export function driverFor({ attached }: Topology, settings: RunSettings): string {
  const isAttach = settings.driver === 'attach';
  if (attached === undefined) {
    if (!isAttach) return settings.driver;
    throw new ChaosError('usage', '--driver attach is for a lab that runs already', {
      hint: 'in the scenario: lab: {attach: NAME}',
    });
  }
  const { driver, kernel, clock, docker } = settings;
  const wrong = [
    ...(driver === 'netns' || isAttach ? [] : [`--driver ${driver}`]),
    ...(kernel === 'embedded' ? ['--kernel embedded'] : []),
    ...(clock === 'warp' ? ['--clock warp'] : []),
    ...(docker === 'own' ? ['--docker own'] : []),
  ];
  if (wrong.length === 0) return 'attach';
  throw new ChaosError(
    'usage',
    `${wrong.join(' ')}: lab '${attached.lab}' runs already, on the kernel and the clock of this machine`,
  );
}

/** @throws ChaosError 'cannot-run-here' when the kernel of the lab cannot do what the faults need */
export async function placeOfAttached(needs: KernelNeeds): Promise<PlaceChoice> {
  const kernel = await chooseKernel(needs, { kernel: 'host', clock: 'real' });
  return { kernel: { ...kernel, why: 'the lab runs on it already' }, docker: null };
}

/** The engine is beside the lab's processes, and none of them is ours to end. */
export const besideTheLab: RunDocker = {
  sandbox: { containers: 'host' },
  needsWatchdog: true,
};

const GRACE_MS = 3000;
const LOOK_AGAIN_MS = 200;

/** What the nodes of a lab are like now; the function then says how they differ, once daemons have had a moment. */
export async function watchNodes(lab: AttachedLab): Promise<() => Promise<readonly string[]>> {
  const before = await readNodeStates(lab);
  return async () => {
    const until = performance.now() + GRACE_MS;
    for (;;) {
      const changes = changesOfNodes(before, await readNodeStates(lab));
      if (changes.length === 0 || performance.now() > until) return changes;
      await sleep(LOOK_AGAIN_MS);
    }
  };
}
