import { asksForNetem } from './compose.ts';
import { directionKey } from './direction-state.ts';
import { frameClassKey } from './frame-class-key.ts';
import { MAX_CLASSES } from './steering.ts';
import type { Impairment, WireWant } from './want.ts';

export interface Refusal {
  readonly message: string;
  /** the two faults (`<step>` or `<step>#<index>`) that don't go together */
  readonly faults: readonly [string, string];
}

/** What netem can do once per stage, and what to say when two faults want it of the same frames at the same time. */
const ONE_AT_A_TIME: readonly {
  readonly asks: (impairment: Impairment) => boolean;
  readonly message: string;
}[] = [
  {
    asks: ({ gemodel, fourState }) => gemodel !== undefined || fourState !== undefined,
    message:
      'only one loss model (gemodel, state) at a time can be in force for the same frames; a plain ratio and bursts do combine',
  },
  {
    asks: ({ reorderRatio }) => reorderRatio !== undefined,
    message: 'only one reorder at a time can be in force for the same frames',
  },
  {
    asks: ({ slotMaxNs }) => slotMaxNs !== undefined,
    message: 'only one slot at a time can be in force for the same frames',
  },
];

/** The first pair of wants that can't be in force together, or undefined. For `validate`, before anything starts. */
export function refuseCombination(wants: readonly WireWant[]): Refusal | undefined {
  const stages = new Map<string, { fault: string; impairment: Impairment }[]>();
  const classes = new Map<string, Map<string, string>>();
  for (const want of wants) {
    if (want.kind !== 'impair') continue;
    const direction = directionKey(want);
    const key = frameClassKey(want.match);
    const stage = stages.get(`${direction} ${key}`) ?? [];
    stage.push(want);
    stages.set(`${direction} ${key}`, stage);
    // loss and duplication are rules: they need no band of their own
    if (key === '' || !asksForNetem(want.impairment)) continue;
    const own = classes.get(direction) ?? new Map<string, string>();
    if (!own.has(key)) own.set(key, want.fault);
    classes.set(direction, own);
  }
  for (const stage of stages.values()) {
    const refusal = refuseStage(stage);
    if (refusal !== undefined) return refusal;
  }
  for (const own of classes.values()) {
    const faults = [...own.values()];
    if (faults.length > MAX_CLASSES) {
      return {
        message: `at most ${MAX_CLASSES} classes of frames can be impaired on one direction of a link at a time`,
        faults: [faults[0] ?? '', faults[MAX_CLASSES] ?? ''],
      };
    }
  }
  return undefined;
}

function refuseStage(
  stage: readonly { readonly fault: string; readonly impairment: Impairment }[],
): Refusal | undefined {
  for (const { asks, message } of ONE_AT_A_TIME) {
    const [first, second] = stage.filter(({ impairment }) => asks(impairment));
    if (first !== undefined && second !== undefined) {
      return { message, faults: [first.fault, second.fault] };
    }
  }
  return undefined;
}
