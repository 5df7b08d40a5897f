import type { ConditionState, RunEvent } from '../../run/events.ts';
import type { SignalValue } from '../../scenario/expression/ast.ts';

/** One line for people about a transition, without its time; undefined for what is not worth one. */
export function describeEvent(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'phase':
      return event.phase === 'ready' || event.phase === 'settled' ? undefined : event.phase;
    case 'signal':
      return `${event.signal} = ${valueText(event.value)}`;
    case 'ready':
      return 'ready';
    case 'never-ready':
      return `never ready: ${conditionsText(event.conditions)}`;
    case 'edge':
    case 'triggered':
    case 'target':
    case 'skipped':
    case 'node-fault':
    case 'guard':
    case 'act':
      return describeStep(event);
    case 'gap':
      return `${event.lost.toString()} records of ${event.source} were lost`;
    case 'storm-aborted':
      return `${event.step}: storm stopped, each frame passed ${event.segment.link} ${event.amplification.toFixed(1)} times (limit ${event.most.toString()})`;
    case 'recovered':
      return `recovered at ${(event.since / 1e9).toFixed(1)} s`;
    case 'not-recovered':
      return `not recovered: ${conditionsText(event.conditions)}`;
    case 'settled':
      return event.holds ? 'settled' : `not settled: ${conditionsText(event.conditions)}`;
    case 'service-exited': {
      const how = event.signal ?? `code ${event.code?.toString() ?? '?'}`;
      return `${event.node}: ${event.service} ended (${how})`;
    }
    case 'node-down':
      return `${event.node}: ${event.end === undefined ? 'off' : `died (${endText(event.end)})`}`;
    case 'not-undone':
      return `could not be undone: ${event.what.join('; ')}`;
    case 'notice':
      return `${event.node === undefined ? '' : `${event.node}: `}${event.message}`;
    case 'run-ended':
      return event.reason === 'completed' ? 'completed' : `ended: ${event.message ?? event.reason}`;
    case 'run-started':
    case 'node-up':
    case 'service-started':
    case 'signal-declared':
    case 'in-force':
    case 'dose':
    case 'frame':
    case 'frames-left-out':
    case 'probe':
      return undefined;
    default:
      return event satisfies never;
  }
}

function endText({ code, signal, outOfMemory }: NodeEnd): string {
  const how = signal ?? `exit code ${code?.toString() ?? '?'}`;
  return outOfMemory ? `${how}, out of memory` : how;
}

type NodeEnd = NonNullable<Extract<RunEvent, { type: 'node-down' }>['end']>;

type StepEvent = Extract<
  RunEvent,
  { type: 'edge' | 'triggered' | 'target' | 'skipped' | 'node-fault' | 'guard' | 'act' }
>;

function describeStep(event: StepEvent): string | undefined {
  switch (event.type) {
    case 'edge':
      return edgeText(event);
    case 'triggered': {
      const since = `${(event.since / 1e9).toFixed(3)} s`;
      return `${event.text}, since ${since}: ${event.step} ${event.edge === 'start' ? 'starts' : 'ends'}`;
    }
    case 'guard':
      return `guard ${event.guard} trips: ${event.text}${event.then === 'stop' ? '; the timeline stops' : ''}`;
    case 'act': {
      const how = event.problem ?? `exit code ${String(event.rc)}`;
      const wanted = event.rc === event.expected ? '' : `, ${String(event.expected)} was expected`;
      return `  ${event.argv.join(' ')} (as ${event.node}): ${how}${wanted}`;
    }
    case 'target':
      return `${event.step}: ${event.by} is ${event.names.join(', ')}`;
    case 'skipped': {
      const waited = event.conditions === undefined ? '' : `: ${conditionsText(event.conditions)}`;
      return `step ${event.step} is not injected: ${event.reason}${waited}`;
    }
    case 'node-fault':
      return event.problems.length > 0
        ? `  ${event.step} ${event.edge}: ${event.problems.join('; ')}`
        : event.readBack === ''
          ? undefined
          : `    ${event.readBack}`;
    default:
      return event satisfies never;
  }
}

function edgeText({ step, edge, row }: Extract<StepEvent, { type: 'edge' }>): string {
  switch (edge) {
    case 'start':
      return `step ${step} starts`;
    case 'on':
      return `  ${step} on`;
    case 'off':
      return `  ${step} off`;
    case 'end':
      return `step ${step} ends`;
    case 'row':
      return `  ${step} row ${String(row)}`;
    default:
      return edge satisfies never;
  }
}

function conditionsText(conditions: readonly ConditionState[]): string {
  const unmet = conditions.filter((condition) => condition.value !== true);
  return unmet
    .map(({ text, signals }) => {
      const last = Object.entries(signals).map(([name, value]) => `${name} = ${valueText(value)}`);
      return last.length === 0 ? text : `${text} (${last.join(', ')})`;
    })
    .join('; ');
}

function valueText(value: SignalValue): string {
  return value === null ? 'unknown' : String(value);
}
