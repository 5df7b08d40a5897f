import type { PlannedStep } from '../plan/plan.ts';
import { formatQuantity } from '../scenario/quantity-text.ts';
import { endpointName, type Topology } from '../lab/topology.ts';
import type { FaultDose, NodeFaultActed, RunEvent } from '../run/events.ts';
import type { RunFile } from '../run/run-file.ts';
import type { DoseAxis, DoseResult, FaultResult } from './result.ts';
import { interferences } from './interference.ts';
import type { RunTimes } from './run-times.ts';
import { totalNs } from './truth.ts';
import { percentText, trimmed } from './words.ts';

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
    describe: step.describeEach?.[index] ?? step.describe,
    target: targetText(fault, topology),
    window:
      played === undefined ? null : { fromNs: played.startNs, toNs: played.endNs ?? times.endNs },
    doses: doses.map((dose) => doseResult(dose, activeNs, doses, run)),
    acted: acted.map(({ readBack }) => readBack).filter((text) => text !== ''),
    failures: acted.flatMap(({ problems }) => problems),
  };
}

function doseResult(
  dose: FaultDose,
  activeNs: number,
  all: readonly FaultDose[],
  { plan: { topology }, clock }: RunFile,
): DoseResult {
  const { link, direction, quantity, asked, measured, interval = null, seen, hit } = dose;
  const way = wayText(link, direction, topology);
  const judged = isRead(quantity) ? judgeRead(dose, all, clock) : judgeOne(dose, activeNs);
  return { link, direction, way, quantity, asked, measured, interval, seen, hit, judged };
} // prettier-ignore

/**
 * How far figures that are read from time stamps may be off beside chance: what timers and stamps are not better than.
 * A share of what is asked, and an absolute part.
 */
const TOLERANCES: Readonly<Record<string, { readonly share: number; readonly late: 0 | 1 }>> = {
  delay: { share: 0.01, late: 1 },
  jitter: { share: 0.05, late: 1 },
  rate: { share: 0.02, late: 0 },
};
const TIMERS_LATE_NS = { warp: 0.3e6, real: 1e6 };

/** What was asked, give or take the tolerance, has to be where the true value lies (99.9 % sure). */
function judgeRead(
  dose: FaultDose,
  all: readonly FaultDose[],
  clock: RunFile['clock'],
): DoseResult['judged'] {
  const { asked, measured, interval, quantity, seen } = dose;
  const tolerance = TOLERANCES[quantity];
  if (asked === null || measured === null || interval === undefined || tolerance === undefined) {
    const sameWay = all.filter((other) => isSameWay(other, dose));
    // the rule counts every frame, and here some are watched
    if (seen === 0 && sameWay.every((other) => other.seen === 0)) return 'nothing-met-it';
    return quantity === 'rate' ? 'not-reached' : 'not-counted';
  }
  const allowed = asked * tolerance.share + tolerance.late * TIMERS_LATE_NS[clock];
  const [low, high] = interval;
  return low <= asked + allowed && high >= asked - allowed ? 'as-asked' : 'off';
}

function isSameWay(a: FaultDose, b: FaultDose): boolean {
  return a.link === b.link && a.direction === b.direction;
}

/**
 * A ratio may be off by four standard errors (of as many *independent* packets as there were), by a tenth of its
 * distance to 0 or 1, and by one packet.
 */
function judgeOne(dose: FaultDose, activeNs: number): DoseResult['judged'] {
  const { asked, measured, seen, quantity } = dose;
  // frames that went with a carrier are no measure of it, and mostly there are none: the events have what was read back
  if (quantity === 'carrier') return 'not-counted';
  if (asked === null || measured === null) return seen === 0 ? 'nothing-met-it' : 'not-counted';
  if (seen === 0) return 'nothing-met-it';
  const off = Math.abs(measured - asked);
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
      const n = `n = ${String(dose.interval !== null && isRead(dose.quantity) ? dose.hit : dose.seen)}`;
      return `${fault.step}: ${dose.quantity} ${asked} asked, ${measured} measured (${n}) on ${dose.way}`;
    });
  return [...failed, ...off];
}

/** Read from the time stamps of a sample of the frames. */
export function isRead(quantity: string): boolean {
  return TOLERANCES[quantity] !== undefined;
}

/** A dose in its own unit: ratios in %, delays in ms. */
export function doseText(quantity: string, value: number | null): string {
  if (value === null) return '-';
  if (isDuration(quantity)) return `${trimmed(value / 1e6, 3)} ms`;
  if (quantity === 'rate') {
    const rounded = Number(value.toPrecision(4));
    return formatQuantity({ dimension: 'bit-rate', value: rounded });
  }
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
