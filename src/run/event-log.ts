import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { RunEvent, RunEventBody } from './events.ts';

/**
 * How long an event may arrive after a later one: reports of the room come in batches. Events wait here for so long
 * (lab time) and leave in order of time, so the file is in order and a killed run loses half a second at most.
 */
const REORDER_NS = 500_000_000;

interface Waiting {
  readonly labNs: number;
  readonly order: number;
  readonly event: RunEventBody;
}

/**
 * events.ndjson. Times come in as lab ns and go out as ns since *ready*; until that moment is known, everything
 * waits in memory. An event's own times (`since`, `from`, ...) are given in lab ns too and are moved alike.
 */
export class EventLog {
  readonly #file: number;
  readonly #hash: Hash = createHash('sha256');
  readonly #onWritten: (event: RunEvent) => void;
  #waiting: Waiting[] = [];
  #order = 0;
  #originNs: number | null = null;

  constructor(path: string, onWritten: (event: RunEvent) => void) {
    this.#file = openSync(path, 'w');
    this.#onWritten = onWritten;
  }

  add(labNs: number, event: RunEventBody): void {
    this.#waiting.push({ labNs, order: this.#order++, event });
  }

  /** From now on t = 0 is this moment of the lab clock. */
  startAt(labNs: number): void {
    this.#originNs = labNs;
  }

  /** Write what can no longer be overtaken. */
  flush(nowNs: number): void {
    if (this.#originNs !== null) this.#write(nowNs - REORDER_NS);
  }

  /** Write everything, make it durable; returns the digest of the whole file. */
  close(nowNs: number): string {
    this.#originNs ??= nowNs;
    this.#write(Number.POSITIVE_INFINITY);
    fsyncSync(this.#file);
    closeSync(this.#file);
    return this.#hash.digest('hex');
  }

  #write(upToNs: number): void {
    const due = this.#waiting.filter((w) => w.labNs <= upToNs);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((w) => w.labNs > upToNs);
    due.sort((a, b) => a.labNs - b.labNs || a.order - b.order);
    const events = due.map((w) => this.#rebase(w));
    const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    writeSync(this.#file, text);
    this.#hash.update(text);
    for (const event of events) this.#onWritten(event);
  }

  #rebase({ labNs, event }: Waiting): RunEvent {
    const origin = this.#originNs ?? 0;
    const t = Math.round(labNs - origin);
    const moved = { ...event } as Record<string, unknown>;
    for (const key of TIMES) {
      const value = moved[key];
      if (typeof value === 'number') moved[key] = Math.round(value - origin);
    }
    return { t, ...moved } as unknown as RunEvent;
  }
}

/** The members of events that are moments. */
const TIMES = ['since', 'scheduled', 'from', 'to'] as const;
