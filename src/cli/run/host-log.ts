import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostEvent } from '../../run/events.ts';

type WithoutWall<E> = E extends unknown ? Omit<E, 'wall'> : never;
export type HostFact = WithoutWall<HostEvent>;

/** host.ndjson: what the outer process saw, by the wall clock. One line an append, so that a kill loses nothing. */
export class HostLog {
  readonly #path: string;
  readonly #now: () => number;
  readonly #events: HostEvent[] = [];

  /** @param now ms since the Unix epoch */
  constructor(runDirectory: string, now: () => number) {
    this.#path = join(runDirectory, 'host.ndjson');
    this.#now = now;
  }

  add(fact: HostFact): void {
    const event: HostEvent = { wall: Math.round(this.#now()), ...fact };
    this.#events.push(event);
    appendFileSync(this.#path, `${JSON.stringify(event)}\n`);
  }

  get events(): readonly HostEvent[] {
    return this.#events;
  }
}
