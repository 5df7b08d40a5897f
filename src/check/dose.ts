import type { PlannedStep } from '../plan/plan.ts';
import { endpointName, type Topology } from '../lab/topology.ts';
import type { FaultDose, NodeFaultActed, RunEvent } from '../run/events.ts';
import type { RunFile } from '../run/run-file.ts';
import type { DoseAxis, DoseResult, FaultResult } from './result.ts';
import { interferences } from './interference.ts';
import type { RunTimes } from './run-times.ts';
import { totalNs } from './truth.ts';
import { durationText, percentText } from './words.ts';

/** Did every fault do what was asked of it? What was not injected, or missed its dose, spoils what follows from it. */
export function judgeDose(run: RunFile, events: readonly RunEvent[], times: RunTimes): DoseAxis {
  const doses = events.filter((event) => event.type === 'dose');
  const acts = events.filter((event) => event.type === 'node-fault');
  const faults = run.plan.steps.flatMap((step) =>
    step.faults.map((fault, index) => {
      const own = doses.filter((dose) => dose.step === step.id && dose.fault === index);
      const acted = acts.filter((act) => act.step === step.id && act.fault === index);
      return faultResult({ step, fault, index, doses: own, acted, run, times });
    }),
  );
  if (run.noFaults) return { outcome: 'not-asked', problems: [], faults };
  const own = faults.flatMap((fault) => problemsOf(fault, times));
  const problems = [...interferences(run, events), ...own];
  if (problems.length > 0) return { outcome: 'not-delivered', problems, faults };
  if (faults.length === 0) return { outcome: 'not-asked', problems, faults };
  const counted = faults.some((fault) => fault.doses.some((dose) => dose.judged === 'as-asked'));
  const asked = faults.filter((fault) => fault.window !== null || !times.skipped.has(fault.step));
  const applied = asked.every((fault) => fault.window !== null);
  return { outcome: counted || applied ? 'delivered' : 'unknown', problems, faults };
}

type PlannedFault = PlannedStep['faults'][number];

interface FaultFacts {
  readonly step: PlannedStep;
  readonly fault: PlannedFault;
  readonly index: number;
  readonly doses: readonly FaultDose[];
  readonly acted: readonly NodeFaultActed[];
  readonly run: RunFile;
  readonly times: RunTimes;
}

function faultResult({ step, fault, index, doses, acted, run, times }: FaultFacts): FaultResult {
  const played = run.noFaults ? undefined : times.steps.get(step.id);
  const { topology } = run.plan;
  const activeNs = totalNs(played?.active ?? []);
  return {
    step: step.id,
    index,
    kind: fault.kind,
    describe: step.describe,
    target: targetText(fault, topology),
    window:
      played === undefined ? null : { fromNs: played.startNs, toNs: played.endNs ?? times.endNs },
    doses: doses.map((dose) => doseResult(dose, activeNs, topology)),
    acted: acted.map(({ readBack }) => readBack).filter((text) => text !== ''),
    failures: acted.flatMap(({ problems }) => problems),
  };
}

function doseResult(dose: FaultDose, activeNs: number, topology: Topology): DoseResult {
  const { link, direction, quantity, asked, measured, seen, hit } = dose;
  const way = wayText(link, direction, topology);
  const judged = judgeOne(dose, activeNs);
  return { link, direction, way, quantity, asked, measured, seen, hit, judged };
}

/**
 * A ratio may be off by four standard errors (of as many *independent* packets as there were), by a tenth of its
 * distance to 0 or 1, and by one packet; a duration by a tenth and a millisecond.
 */
function judgeOne(dose: FaultDose, activeNs: number): DoseResult['judged'] {
  const { asked, measured, seen, quantity } = dose;
  if (asked === null || measured === null) return seen === 0 ? 'nothing-met-it' : 'not-counted';
  if (seen === 0) return 'nothing-met-it';
  const off = Math.abs(measured - asked);
  if (isDuration(quantity)) return off <= asked / 10 + 1e6 ? 'as-asked' : 'off';
  // to the last frame: what is off is a thread that was late, or a storm that was stopped
  if (quantity === 'sent') return off <= asked / 100 + 1e9 / activeNs ? 'as-asked' : 'off';
  const n = Math.max(1, independentOf(dose, activeNs));
  const spread = 4 * Math.sqrt((asked * (1 - asked)) / n);
  const allowed = Math.min(asked, 1 - asked) / 10 + spread + 1 / seen + 0.005;
  return off <= allowed ? 'as-asked' : 'off';
}

/** Packets of one burst fare alike: how many independent ones they are worth (Bayley and Hammersley 1946). */
function independentOf({ seen, dependence }: FaultDose, activeNs: number): number {
  if (dependence === undefined) return seen;
  if (dependence.per === 'frame') {
    return (seen * (1 - dependence.correlation)) / (1 + dependence.correlation);
  }
  return Math.min(seen, activeNs / (2 * dependence.correlationNs));
}

function isDuration(quantity: string): boolean {
  return quantity === 'delay' || quantity === 'jitter';
}

function problemsOf(fault: FaultResult, times: RunTimes): readonly string[] {
  if (!times.ready) return [];
  if (fault.window === null) {
    // a run that ended early says so itself; what was not triggered was not asked for
    if (times.skipped.has(fault.step)) return [];
    return times.reason === 'completed' ? [`step '${fault.step}' was not injected`] : [];
  }
  const failed = fault.failures.map((failure) => `${fault.step}: ${failure}`);
  const off = fault.doses
    .filter((dose) => dose.judged === 'off')
    .map((dose) => {
      const asked = doseText(dose.quantity, dose.asked);
      const measured = doseText(dose.quantity, dose.measured);
      const n = `n = ${String(dose.seen)}`;
      return `${fault.step}: ${dose.quantity} ${asked} asked, ${measured} measured (${n}) on ${dose.way}`;
    });
  return [...failed, ...off];
}

/** A dose in its own unit: ratios in %, delays in ms. */
export function doseText(quantity: string, value: number | null): string {
  if (value === null) return '-';
  if (isDuration(quantity)) return durationText(value);
  if (quantity === 'sent') return `${String(Number(value.toPrecision(4)))}/s`;
  return value >= 0 && value <= 1 ? percentText(value) : String(value);
}

/** 'fw-a:eth1 -> fw-b:eth1' */
export function wayText(link: string, direction: 'a>b' | 'b>a', topology: Topology): string {
  const found = topology.links.find(({ id }) => id === link);
  if (found === undefined) return `${link} ${direction}`;
  const [a, b] = [endpointName(found.a), endpointName(found.b)];
  return direction === 'a>b' ? `${a} -> ${b}` : `${b} -> ${a}`;
}

function targetText({ target }: PlannedFault, topology: Topology): string {
  if (target.nodes !== undefined) return target.nodes.join(', ');
  const ways = new Map<string, Set<string>>();
  for (const { link, direction } of target.directions) {
    ways.set(link, (ways.get(link) ?? new Set()).add(direction));
  }
  const links = [...ways].map(([link, directions]) => {
    const [only] = directions;
    if (directions.size !== 1 || only === undefined) return link;
    return `${link} (${wayText(link, only === 'a>b' ? 'a>b' : 'b>a', topology)})`;
  });
  return [...links, ...target.endpoints].join(', ');
}
