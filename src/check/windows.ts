import type { PlannedWindow, WindowEdge } from '../plan/plan.ts';
import { durationText } from './words.ts';
import type { RunTimes } from './run-times.ts';

/** A moment of the language in lab time. It may lie after the end of the run: then it was not seen. */
export type ResolvedEdge =
  { readonly found: true; readonly atNs: number } | { readonly found: false; readonly why: string };

export type ResolvedWindow =
  | { readonly found: true; readonly fromNs: number; readonly toNs: number }
  | { readonly found: false; readonly why: string };

/** What a window is in time, or why there is none. A window without length is none. */
export function resolveWindow(window: PlannedWindow, times: RunTimes): ResolvedWindow {
  const from = resolveEdge(window.from, times);
  if (!from.found) return from;
  const to = resolveEdge(window.to, times);
  if (!to.found) return to;
  if (to.atNs <= from.atNs) {
    return { found: false, why: `the window '${window.text}' was empty` };
  }
  if (from.atNs >= times.endNs) {
    const early = durationText(from.atNs - times.endNs);
    const gap = from.atNs > times.endNs ? `${early} before` : 'where';
    return { found: false, why: `the run ended ${gap} the window '${window.text}' began` };
  }
  return { found: true, fromNs: from.atNs, toNs: to.atNs };
}

/** Where an edge lies, or why it does not exist in this run. */
export function resolveEdge(edge: WindowEdge, times: RunTimes): ResolvedEdge {
  if (!times.ready) return { found: false, why: 'the lab never became ready' };
  switch (edge.of) {
    case 'ready':
      return found(0, edge);
    case 'run':
      return found(edge.edge === 'start' ? 0 : times.endNs, edge);
    case 'recovery':
      if (times.recoveryFromNs === null) {
        return { found: false, why: 'the run ended before recovery began' };
      }
      return found(edge.edge === 'start' ? times.recoveryFromNs : times.endNs, edge);
    case 'baseline':
      return firstStart(edge, times);
    default:
      return stepEdge(edge, times);
  }
}

/** The baseline ends with the first step that was injected, whichever it was. */
function firstStart(edge: WindowEdge, times: RunTimes): ResolvedEdge {
  // what an operator does is not the first fault
  const faulted = [...times.steps.values()].filter(({ active }) => active.length > 0);
  const starts = faulted.map(({ startNs }) => startNs);
  if (starts.length === 0) return { found: false, why: 'no step was injected' };
  return found(Math.min(...starts), edge);
}

function stepEdge(edge: WindowEdge, times: RunTimes): ResolvedEdge {
  const step = times.steps.get(edge.of);
  if (step === undefined) {
    const reason = times.skipped.get(edge.of);
    const why = `step '${edge.of}' was not injected${reason === undefined ? '' : `: ${reason}`}`;
    return { found: false, why };
  }
  if (edge.edge === 'start') return found(step.startNs, edge);
  // a step that never ended: its window reaches past all that was seen, whatever the offset
  if (step.endNs === null) return { found: true, atNs: Infinity };
  return found(step.endNs, edge);
}

function found(atNs: number, edge: WindowEdge): ResolvedEdge {
  return { found: true, atNs: atNs + edge.offsetNs };
}
