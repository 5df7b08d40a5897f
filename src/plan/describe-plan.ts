import { paramText } from '../scenario/params.ts';
import { formatQuantity } from '../scenario/quantity-text.ts';
import { attachedLines } from './describe-attached.ts';
import { blastRadius } from './blast-radius.ts';
import { radiusLines } from './describe-radius.ts';
import { edgeText } from './edge-text.ts';
import { allKinds } from './kinds.ts';
import type { Kinds } from './kinds.ts';
import type { Plan, PlannedCheck, PlannedCondition, PlannedStep } from './plan.ts';
import { roundTrips } from './round-trip.ts';

/** A plan for people, as text: what would happen, when, and for how long. No line has trailing blanks. */
export function describePlan(plan: Plan, kinds: Kinds = allKinds): string {
  return `${planLines(plan, kinds).join('\n')}\n`;
}

/** The same as lines. */
export function planLines(plan: Plan, kinds: Kinds = allKinds): readonly string[] {
  const { topology } = plan;
  const lab = `${topology.name}: ${plural(topology.nodes.length, 'node')}, ${plural(topology.links.length, 'link')} (${topology.file})`;
  return [
    `${plan.name}, seed ${String(plan.seed)}${plan.about === '' ? '' : `: ${plan.about.trim()}`}`,
    ...row('lab', [lab]),
    ...row('attached', attachedLines(topology)),
    ...row('params', [
      Object.entries(plan.params)
        .map(([name, value]) => `${name}=${paramText(value)}`)
        .join(' '),
    ]),
    ...row('watch', [
      [...plan.observers, ...plan.probes].map(({ id, kind }) => `${id} (${kind})`).join(', '),
    ]),
    ...row('ready', [readyText(plan)]),
    ...row('timeline', plan.steps.length === 0 ? ['no faults'] : stepLines(plan.steps, kinds)),
    ...row('radius', radiusLines(blastRadius(plan.steps, topology, kinds), topology)),
    ...row('recovery', [recoveryText(plan)]),
    ...row('settled', [conditionsText(plan.settled)]),
    ...row('measure', measureLines(plan)),
    ...row(
      'expect',
      plan.checks.map(
        (check) =>
          `${check.name}: ${checkText(check)}${check.known === null ? '' : ` (known: ${check.known})`}`,
      ),
    ),
    ...row('time', [timeText(plan)]),
  ];
}

/** `dual-master[bursts]` and `dual-master[flapping]` are one measure of the file. */
function measureLines({ measures }: Plan): readonly string[] {
  const windows = new Map<string, string[]>();
  for (const { name, form, text, window } of measures) {
    const [base = name] = name.split('[');
    const what = `${base}: ${form} of ${text}, ${form === 'value' ? 'at' : 'during'} `;
    windows.set(what, [...(windows.get(what) ?? []), window.text]);
  }
  return [...windows].map(([what, texts]) => `${what}${texts.join(', ')}`);
}

/** A name in the margin, then its lines under each other; nothing where there is nothing to say. */
function row(name: string, lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => line !== '')
    .map((line, index) => `${(index === 0 ? name : '').padEnd(9)} ${line}`);
}

function stepLines(steps: readonly PlannedStep[], kinds: Kinds): readonly string[] {
  const times = steps.map(whenText);
  const width = Math.max(...times.map((text) => text.length));
  const idWidth = Math.max(...steps.map(({ id }) => id.length));
  const margin = ' '.repeat(width + idWidth + 4);
  return steps.flatMap((step, index) => {
    const when = `${(times[index] ?? '').padEnd(width)}  ${step.id.padEnd(idWidth)}`;
    const more = [...triggerText(step), ...flapText(step), ...roundTrips(step, kinds)].map(
      (line) => `${margin}${line}`,
    );
    return [`${when}  ${step.describe}`, ...more];
  });
}

/** `+20s .. +5m20s`; of steps that only the run can time what their times count from, and for how long at most */
function whenText({ starts, ends, startNs, endNs }: PlannedStep): string {
  const most = ends === undefined ? '' : ' at most';
  if (starts === undefined) {
    const to = ends === undefined ? `+${length(endNs)}` : `+${length(endNs)}${most}`;
    return `+${length(startNs)} .. ${to}`;
  }
  const later = startNs === 0 ? '' : ` + ${length(startNs)}`;
  const from = starts.type === 'when' ? 'triggered' : `${edgeText(starts, length)}${later}`;
  return `${from}, for ${length(endNs - startNs)}${most}`;
}

function triggerText({ starts, ends, guard }: PlannedStep): readonly string[] {
  const lines: string[] = [];
  if (starts?.type === 'when') {
    const { conditions, holdNs, armed, atMostNs } = starts;
    const hold = holdNs > 0 ? ` for ${length(holdNs)}` : '';
    lines.push(
      `triggered when this holds${hold}: ${conditionsText(conditions)}; not before ${edgeText(armed, length)}, and within ${length(atMostNs)} of it`,
    );
  }
  if (ends?.type === 'condition') {
    const hold = ends.holdNs > 0 ? ` for ${length(ends.holdNs)}` : '';
    lines.push(`ends when this holds${hold}: ${conditionsText(ends.conditions)}`);
  }
  if (guard !== undefined) {
    const hold = guard.holdNs > 0 ? ` for ${length(guard.holdNs)}` : '';
    const then = guard.then === 'heal' ? 'ends it' : 'stops the timeline';
    lines.push(
      `guard ${guard.name} ${then} when this holds${hold}: ${conditionsText(guard.conditions)}`,
    );
  }
  if (ends?.type === 'edge') lines.push(`ends at ${edgeText(ends, length)}`);
  return lines;
}

function flapText({ startNs, endNs, active }: PlannedStep): readonly string[] {
  const [first, second] = active;
  if (first === undefined || (first.fromNs === startNs && first.toNs === endNs)) return [];
  const lengths = active.slice(0, -1).map(({ fromNs, toNs }) => toNs - fromNs);
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
  if (lengths.length > 0 && least !== most) {
    const all = active.reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0);
    return [
      `flapping: ${plural(active.length, 'time')}, on for ${length(rough(least))} to ${length(rough(most))}, ${length(rough(all))} in all`,
    ];
  }
  const on = length(first.toNs - first.fromNs);
  const off = second === undefined ? '' : `, ${length(second.fromNs - first.toNs)} off`;
  return [`flapping: ${plural(active.length, 'time')} ${on} on${off}`];
}

/** To the millisecond. */
function rough(ns: number): number {
  return Math.round(ns / 1e6) * 1e6;
}

function readyText({ ready }: Plan): string {
  if (ready.that.length === 0) return 'when the lab is up';
  const hold = ready.holdNs > 0 ? ` for ${length(ready.holdNs)}` : '';
  return `t = 0 when this has held${hold}, within ${length(ready.withinNs)}: ${conditionsText(ready.that)}`;
}

function recoveryText({ recovery }: Plan): string {
  if (recovery.type === 'time') return length(recovery.forNs);
  const hold = recovery.holdNs > 0 ? ` for ${length(recovery.holdNs)}` : '';
  return `until this has held${hold}, at most ${length(recovery.atMostNs)}: ${conditionsText(recovery.conditions)}`;
}

function checkText(check: PlannedCheck): string {
  switch (check.form) {
    case 'always': {
      const { longestNs, totalNs, episodes } = check.budget;
      const budget = [
        ...(longestNs === undefined ? [] : [`${length(longestNs)} at a time`]),
        ...(totalNs === undefined ? [] : [`${length(totalNs)} in all`]),
        ...(episodes === undefined ? [] : [plural(episodes, 'episode')]),
      ];
      const but = budget.length === 0 ? '' : ` but for at most ${budget.join(', ')}`;
      return `always ${check.text}, during ${check.during.text}${but}`;
    }
    case 'never':
      return `never ${check.text}, during ${check.during.text}`;
    case 'eventually': {
      const hold = check.holdNs > 0 ? ` and for ${length(check.holdNs)}` : '';
      return `${check.text} within ${length(check.withinNs)} of ${edgeText(check.of, length)}${hold}`;
    }
    case 'that':
      return `${check.text} at ${edgeText(check.at, length)}`;
    default:
      return check satisfies never;
  }
}

/** What is known before the start; how long that takes on the wall depends on the kernel and its clock. */
function timeText({ ready, longestNs, wallLimitNs }: Plan): string {
  const limit = wallLimitNs === null ? '' : `; stopped after ${length(wallLimitNs)} of wall time`;
  return `lab time at most ${length(longestNs)} after ready, and at most ${length(ready.withinNs)} before${limit}`;
}

function conditionsText(conditions: readonly PlannedCondition[]): string {
  return conditions.map(({ text }) => text).join(', ');
}

function length(ns: number): string {
  return formatQuantity({ dimension: 'duration', value: ns });
}

function plural(n: number, word: string): string {
  return `${String(n)} ${word}${n === 1 ? '' : 's'}`;
}
