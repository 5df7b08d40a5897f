import type { Plan } from '../plan/plan.ts';
import { signalsOf } from '../scenario/expression/evaluate.ts';
import type { RunEvent } from './events.ts';

/** A person who watches wants transitions: of signals that the scenario asks about, of steps, of services. */
export function isWorthALine(plan: Plan): (event: RunEvent) => boolean {
  const live = plan.steps.flatMap(({ starts, ends, guard }) => [
    ...(guard?.conditions ?? []),
    ...(starts?.type === 'when' ? starts.conditions : []),
    ...(ends?.type === 'condition' ? ends.conditions : []),
  ]);
  const { ready, settled, measures, checks } = plan;
  const conditions = [...ready.that, ...settled, ...measures, ...checks, ...live];
  const asked = new Set(conditions.flatMap((c) => signalsOf(c.expression)));
  return (event) => {
    switch (event.type) {
      case 'signal':
        return asked.has(event.signal);
      case 'edge':
        // a trace has thousands
        return event.edge !== 'row';
      case 'triggered':
      case 'skipped':
      case 'target':
      case 'guard':
      case 'act':
      case 'ready':
      case 'never-ready':
      case 'recovered':
      case 'not-recovered':
      case 'phase':
      case 'gap':
      case 'storm-aborted':
      case 'notice':
      case 'settled':
      case 'service-exited':
      case 'node-fault':
      case 'not-undone':
      case 'node-down':
      case 'run-ended':
        return true;
      case 'run-started':
      case 'node-up':
      case 'service-started':
      case 'signal-declared':
      case 'in-force':
      case 'dose':
      case 'frame':
      case 'frames-left-out':
      case 'probe':
        return false;
      default:
        return event satisfies never;
    }
  };
}
