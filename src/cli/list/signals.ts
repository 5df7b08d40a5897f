import { listSignals } from '../../observe/signals.ts';
import { durationText } from '../duration-text.ts';
import { readPlan } from '../read-plan.ts';
import type { Listed } from './listed.ts';

/** The signals of one scenario: what its checks and measures can name. */
export async function listSignalsOf(file: string): Promise<Listed[]> {
  const { plan } = await readPlan(file, {});
  return listSignals(plan).map((signal) => ({
    name: signal.path,
    description: signal.about,
    type: signal.valueType,
    unit: signal.unit,
    resolution: durationText(signal.resolutionNs / 1e6),
    resolutionMs: signal.resolutionNs / 1e6,
    ...(signal.states !== undefined && { states: signal.states }),
  }));
}
