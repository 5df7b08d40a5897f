import type { Plan } from '../plan/plan.ts';

export type KernelName = 'host' | 'embedded';
export type ClockName = 'real' | 'warp';

export interface RunDocker {
  readonly place: 'guest' | 'own' | 'host';
  readonly why: string;
}

/**
 * run.json: everything that a run needs and everything that is needed to run it again. Written before the start.
 * The engine reads the part of it that is in engine.json (engine-file.ts).
 */
export interface RunFile {
  readonly schema: 'chaos.run/1';
  readonly id: string;
  readonly plan: Plan;
  readonly scenarioText: string;
  readonly labText: string;
  /** a key of the driver registry */
  readonly driver: string;
  readonly kernel: KernelName;
  readonly clock: ClockName;
  /** why this kernel and clock */
  readonly why: string;
  /** where the Docker of a lab of containers runs, and why; absent in files of older versions */
  readonly docker?: RunDocker | null;
  /** ISO 8601, wall clock */
  readonly startedAt: string;
  /** the exact command to run it again */
  readonly command: readonly string[];
  readonly noFaults: boolean;
  readonly pauseAt: string | null;
  /** what "the same build" is made of */
  readonly build: {
    readonly chaos: string;
    readonly kernel: string;
    readonly root: string;
    readonly engine: string;
  };
  readonly versions: Readonly<Record<string, string>>;
  readonly git: { readonly head: string; readonly dirty: boolean } | null;
}
