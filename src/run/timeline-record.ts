import { parseFaultName, type FaultStep, type TimelineEdge } from '../fault/expand.ts';
import type { FaultSpan } from '../fault/fault.ts';
import type { RoomReport } from '../wire/room.ts';
import type { DoseBook } from './dose-book.ts';
import type { EventLog } from './event-log.ts';
import type { GuardTrip, LiveSteps } from './live-steps.ts';
import type { Placement } from './place-steps.ts';

type EdgeReport = Extract<RoomReport, { type: 'edge' }>;

/** What the timeline did, as events. */
export class TimelineRecord {
  readonly doses: DoseBook;
  /** lab ns of t = 0 */
  originNs = 0;
  readonly #log: EventLog;
  readonly #live: LiveSteps;
  readonly #skipped = new Set<string>();

  constructor(log: EventLog, live: LiveSteps, doses: DoseBook) {
    this.#log = log;
    this.#live = live;
    this.doses = doses;
  }

  /** @param activeOf when the faults of a step were in force */
  edge(
    edge: TimelineEdge,
    report: EdgeReport,
    activeOf: (step: string) => readonly FaultSpan[],
  ): void {
    const { fromNs, toNs, scheduledNs: scheduled } = report;
    for (const { step, edge: kind, placed, row, fault } of edge.changes) {
      if (!this.#live.isInjected(step)) continue;
      if (placed !== undefined) this.#targets(placed, fromNs);
      if (kind === 'start' || kind === 'end') this.#trigger(edge.atNs, step, kind, fromNs);
      const rowOf = { ...(row !== undefined && { row }), ...(fault !== undefined && { fault }) };
      const times = { scheduled, from: fromNs, to: toNs };
      this.#log.add(fromNs, { type: 'edge', step, edge: kind, ...rowOf, ...times });
      if (kind !== 'end') continue;
      for (const dose of this.doses.ofStep(step, activeOf(step))) this.#log.add(toNs, dose);
    }
    // within a burst fault wires change hundreds of times; the read-back is worth its lines when a step changes
    const changed = edge.changes.filter((change) => this.#live.isInjected(change.step));
    const step = [...new Set(changed.map((change) => change.step))].join(' ');
    if (step === '') return;
    for (const { link, direction, readBack } of report.inForce) {
      this.#log.add(toNs, { type: 'in-force', step, link, direction, readBack });
    }
  }

  stormAborted(report: Extract<RoomReport, { type: 'storm-aborted' }>): void {
    const { tNs, fault, link, direction, segment, amplification, most } = report;
    const { step, index } = parseFaultName(fault);
    const where = { step, fault: index, link, direction, segment };
    this.#log.add(tNs, { type: 'storm-aborted', ...where, amplification, most });
  }

  #targets({ id, faults }: FaultStep, labNs: number): void {
    for (const [fault, { target, live, picked = [] }] of faults.entries()) {
      const base = { type: 'target', step: id, fault, ...target } as const;
      for (const { key, names, of } of picked) {
        const by = `${key}: pick ${String(names.length)} of ${String(of)}`;
        this.#log.add(labNs, { ...base, by, names });
      }
      if (live === undefined) continue;
      const found = Object.entries(live.choices).find(([, choice]) => choice === target);
      this.#log.add(labNs, {
        ...base,
        by: `${live.key}: now ${live.signal}`,
        names: [found?.[0] ?? ''],
      });
    }
  }

  guard(step: string, { guard, text, sinceNs }: GuardTrip, labNs: number): void {
    const { name, then } = guard;
    const since = this.originNs + sinceNs;
    this.#log.add(labNs, { type: 'guard', guard: name, step, then, text, since });
  }

  /** Steps that will not be injected, each once. */
  skipped(placement: Placement): void {
    for (const [step, placed] of placement) {
      if (placed.type !== 'skipped' || this.#skipped.has(step)) continue;
      this.#skipped.add(step);
      const { reason, atNs, hasFired, guard } = placed;
      const conditions = hasFired === true ? undefined : this.#live.waitedFor(step);
      const why = {
        reason,
        ...(guard !== undefined && { guard }),
        ...(conditions && { conditions }),
      };
      const event = { type: 'skipped', step, ...why } as const;
      this.#log.add(this.originNs + atNs, event);
    }
  }

  #trigger(atNs: number, step: string, edge: 'start' | 'end', labNs: number): void {
    const because = this.#live.because(step, edge, atNs);
    if (because === undefined) return;
    const since = this.originNs + because.sinceNs;
    this.#log.add(labNs, { type: 'triggered', step, edge, text: because.text, since });
  }
}
