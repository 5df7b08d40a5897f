import type { FaultSpan } from '../fault/fault.ts';
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

  constructor(steps: readonly PlannedStep[]) {
    for (const step of steps) {
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

  /** @param active when its faults were in force */
  ofStep(step: string, active: readonly FaultSpan[]): readonly FaultDose[] {
    const activeNs = active.reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0);
    return [...this.#reports.values()]
      .filter((report) => parseFaultName(report.fault).step === step)
      .map((report) => this.#dose(report, activeNs));
  }

  #dose(report: DoseReport, activeNs: number): FaultDose {
    const { fault, link, direction, quantity, seen, hit } = report;
    const { step, index } = parseFaultName(fault);
    const asked = this.#asked.get(fault)?.find((a) => a.quantity === quantity);
    const figure = doseFigure(asked, { seen, hit }, activeNs);
    const measured = report.measured === undefined ? figure.measured : report.measured;
    const interval = report.interval ?? figure.interval;
    return {
      type: 'dose',
      step,
      fault: index,
      link,
      direction,
      quantity,
      asked: report.asked ?? figure.asked,
      measured,
      ...(interval !== null && { interval }),
      seen,
      hit,
      ...(asked !== undefined && 'dependence' in asked && { dependence: asked.dependence }),
    };
  }
}
