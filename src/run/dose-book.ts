import { faultKinds } from '../fault/registry.ts';
import { faultName, parseFaultName } from '../fault/expand.ts';
import type { PlannedStep } from '../plan/plan.ts';
import { doseFigure } from '../wire/dose.ts';
import type { AskedDose } from '../wire/want.ts';
import type { DoseReport } from '../wire/room.ts';
import type { FaultDose } from './events.ts';

/** The last counters of every fault on every direction, and what was asked of it. */
export class DoseBook {
  readonly #reports = new Map<string, DoseReport>();
  readonly #asked = new Map<string, readonly AskedDose[]>();
  readonly #activeNs = new Map<string, number>();

  constructor(steps: readonly PlannedStep[]) {
    for (const step of steps) {
      const lengths = step.active.map(({ fromNs, toNs }) => toNs - fromNs);
      this.#activeNs.set(
        step.id,
        lengths.reduce((sum, ns) => sum + ns, 0),
      );
      for (const [index, fault] of step.faults.entries()) {
        const asks = faultKinds[fault.kind]?.asks(fault.params) ?? [];
        this.#asked.set(faultName(step, index), asks);
      }
    }
  }

  /** Counters only grow while a step lasts: a later report stands for the earlier ones. */
  add(report: DoseReport): void {
    const { fault, link, direction, quantity } = report;
    this.#reports.set(`${fault} ${quantity} ${link} ${direction}`, report);
  }

  ofStep(step: string): readonly FaultDose[] {
    return [...this.#reports.values()]
      .filter((report) => parseFaultName(report.fault).step === step)
      .map((report) => this.#dose(report));
  }

  #dose({ fault, link, direction, quantity, seen, hit }: DoseReport): FaultDose {
    const { step, index } = parseFaultName(fault);
    const asked = this.#asked.get(fault)?.find((a) => a.quantity === quantity);
    const figure = doseFigure(asked, { seen, hit }, this.#activeNs.get(step) ?? 0);
    return {
      type: 'dose',
      step,
      fault: index,
      link,
      direction,
      quantity,
      asked: figure.asked,
      measured: figure.measured,
      ...(figure.interval !== null && { interval: figure.interval }),
      seen,
      hit,
      ...(asked !== undefined && 'dependence' in asked && { dependence: asked.dependence }),
    };
  }
}
