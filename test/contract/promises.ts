/** What every fault that acts in nodes keeps; programs/node-faults.mjs says of each whether it does. */
export const PROMISES = {
  journaledFirst: 'writes down what undoes it before it does anything',
  honoursAbort: 'does nothing once the run is over',
  acts: 'does something',
  undone: 'leaves the node as it was',
  idempotent: 'is undone once, however often it is asked',
  replayed: 'is undone by another process from its journal alone, where it starts nothing of ours',
  survivesFailure: 'goes on after undo steps that fail, and is undone by the next try',
} as const;

export type PromiseName = keyof typeof PROMISES;

export type Result = Readonly<Record<PromiseName | 'kind' | 'failed', string | undefined>>;
