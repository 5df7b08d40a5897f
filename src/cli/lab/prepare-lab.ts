import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../../errors.ts';
import type { Topology } from '../../lab/topology.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Io } from '../io.ts';
import { checkPrograms } from '../run/check-programs.ts';
import type { RunSettings } from '../run/run-settings.ts';
import { choosePlace, prepareDocker } from '../run/run-docker.ts';
import { readProvenance } from '../run/provenance.ts';
import { stageRunDirectory } from '../run/start-run.ts';
import { heldLabs, makeLabsDirectory } from './lab-directory.ts';
import { readLabOrScenario } from './lab-or-scenario.ts';

export interface PreparedLab {
  readonly name: string;
  readonly directory: string;
}

export interface AskedLab extends Pick<RunSettings, 'driver' | 'docker'> {
  readonly name?: string | undefined;
}

/** A directory with run.json and the files that the lab binds, for a lab without a scenario. */
export async function prepareLab(file: string, asked: AskedLab, io: Io): Promise<PreparedLab> {
  const { driver, docker } = asked;
  const { text, topology } = await readLabOrScenario(file, driver);
  if (topology.attached !== undefined) {
    throw new ChaosError('usage', `the lab ${topology.attached.lab} is up already`, {
      hint: 'containerlab inspect',
    });
  }
  if (driver !== 'containerlab') checkPrograms(topology);
  // it is spoken to through a socket, which an embedded kernel has no part in
  const place = { docker, kernel: 'host', clock: 'real' } as const;
  const choice = await choosePlace(driver, { netem: false }, place);
  const name = asked.name ?? topology.name;
  const directory = join(makeLabsDirectory(io), name);
  const earlier = heldLabs(io).find((lab) => lab.name === name);
  if (earlier !== undefined && earlier.pid !== null) {
    throw new ChaosError('usage', `a lab called ${name} is up already`, {
      hint: `chaos lab down ${name}, or another --name`,
    });
  }
  rmSync(directory, { recursive: true, force: true });
  stageRunDirectory(directory, {
    id: name,
    plan: planOfLab(topology),
    scenarioText: '',
    labText: text,
    startedAt: new Date().toISOString(),
    ...choice.kernel,
    docker: choice.docker,
    ...(await readProvenance(topology, choice.kernel.kernel)),
    driver,
    command: ['chaos', 'lab', 'up', file, '--driver', driver],
    noFaults: true,
    pauseAt: null,
  });
  if (choice.docker !== null) {
    io.err(`docker: ${choice.docker.why}\n`);
    prepareDocker(choice.docker, directory);
  }
  return { name, directory };
}

/** A plan in which nothing is watched and nothing happens. */
function planOfLab(topology: Topology): Plan {
  return {
    schema: 'chaos.plan/1',
    name: topology.name,
    about: '',
    file: topology.file,
    seed: 1,
    tags: [],
    params: {},
    topology,
    groups: {},
    observers: [],
    probes: [],
    ready: { withinNs: 0, holdNs: 0, that: [] },
    steps: [],
    recovery: { type: 'time', forNs: 0 },
    settled: [],
    measures: [],
    checks: [],
    needs: { netem: false },
    wallLimitNs: null,
    longestNs: 0,
  };
}
