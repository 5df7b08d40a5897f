/**
 * What other programs may build on: reading and planning scenarios, judging runs, rendering reports. All of it is
 * pure (texts and JSON in, values out), so it needs no kernel, no root, and no lab. To run a scenario, run `chaos`.
 */
export { ChaosError, formatProblem } from './errors.ts';
export type { ErrorCode, Problem, SourcePosition } from './errors.ts';
export { readScenario, type Scenario } from './scenario/read-scenario.ts';
export { labEnvironment } from './scenario/lab-environment.ts';
export { expandSweep, type SweepCell } from './scenario/sweep.ts';
export { readTopology, type ReadTopologyOptions } from './lab/clab/read-topology.ts';
export type { Topology, TopologyLink, TopologyNode } from './lab/topology.ts';
export { makePlan, type PlanOptions } from './plan/make-plan.ts';
export { describePlan } from './plan/describe-plan.ts';
export { scenarioJsonSchema } from './plan/scenario-json-schema.ts';
export type { Plan } from './plan/plan.ts';
export type { HostEvent, RunEvent } from './run/events.ts';
export type { RunFile } from './run/run-file.ts';
export { readEvents, readHostEvents } from './check/read-log.ts';
export { evaluateRun } from './check/evaluate-run.ts';
export type { RunResult } from './check/result.ts';
export { renderReports, type RenderedReports, type RunText } from './report/render-reports.ts';
export { reportJsonSchema } from './report/report.schema.ts';
export type { Report } from './report/report.ts';
export { faultKinds } from './fault/registry.ts';
export { observerKinds } from './observe/registry.ts';
export { probeKinds } from './probe/registry.ts';
export { images } from './service/registry.ts';
