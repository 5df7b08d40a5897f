import { z } from 'zod';
import { duration } from '../scenario/units.ts';
import type { WireFaultKind } from './fault.ts';
import { topologyChangeBpdu } from './frames/bpdu.ts';
import { everyText, ROGUE_MAC, sendWant, sentDose } from './sent-frames.ts';

export interface TopologyChangeParams {
  readonly everyNs: number;
}

const schema: z.ZodType<TopologyChangeParams> = z
  .strictObject({
    every: duration({ min: 1e6 }).default(1e9).describe('time from one to the next (default 1s)'),
  })
  .transform(({ every }) => ({ everyNs: every }));

/** A port that flaps somewhere below: each notification makes all switches forget quickly what they have learned. */
export const topologyChange: WireFaultKind<TopologyChangeParams> = {
  name: 'topology-change',
  acts: 'wire',
  about:
    'Topology change notifications of a switch that is not there: as long as they come, all switches age their addresses fast and flood.',
  schema,
  example: 'topology-change: { link: dci, toward: sw-a, every: 500ms }',
  describe: ({ everyNs }) => `topology change notification ${everyText(everyNs)}`,
  needsNetem: () => false,
  asks: ({ everyNs }) => sentDose(everyNs),
  wants: ({ everyNs }, at, fault) => [
    sendWant({ frames: [topologyChangeBpdu(ROGUE_MAC)], everyNs }, at, fault),
  ],
};
