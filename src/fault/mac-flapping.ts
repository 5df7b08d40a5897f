import { z } from 'zod';
import { endpointName } from '../lab/topology.ts';
import { nearName } from '../scenario/near-name.ts';
import { duration } from '../scenario/units.ts';
import type { WireFaultKind } from './fault.ts';
import { ETHER_TYPE, ethernet } from './frames/ethernet.ts';
import { everyText, MAC_PATTERN, sendWant, sentDose } from './sent-frames.ts';

export interface MacFlappingParams {
  /** an address, or in the scenario the endpoint that has it */
  readonly of: string;
  readonly everyNs: number;
}

const schema: z.ZodType<MacFlappingParams> = z
  .strictObject({
    of: z
      .string()
      .describe('whose address turns up here too: an endpoint such as h1:eth1, or a MAC address'),
    every: duration({ min: 1e6 })
      .default(100e6)
      .describe('time from one frame to the next (default 100ms)'),
  })
  .transform(({ of, every }) => ({ of, everyNs: every }));

/** Broadcast frames with somebody's source address from another place: every switch learns the address there. */
export const macFlapping: WireFaultKind<MacFlappingParams> = {
  name: 'mac-flapping',
  acts: 'wire',
  about:
    'Frames with the Ethernet address of another turn up here: all switches send what is meant for it the wrong way, until it speaks itself.',
  schema,
  example: "mac-flapping: { link: dci, toward: sw-b, of: 'h1:eth1', every: 100ms }",
  describe: ({ of, everyNs }) => `frames from ${of}, ${everyText(everyNs)}`,
  needsNetem: () => false,
  inLab(params, { topology }) {
    if (MAC_PATTERN.test(params.of)) return { params };
    const ends = topology.links.flatMap(({ a, b }) => [a, b]);
    const end = ends.find((each) => endpointName(each) === params.of);
    if (end !== undefined) return { params: { ...params, of: end.mac } };
    const near = nearName(params.of, ends.map(endpointName));
    const refusal = `'${params.of}' is no end of a link and no MAC address`;
    return { refusal, path: ['of'], ...(near !== undefined && { hint: `did you mean ${near}?` }) };
  },
  asks: ({ everyNs }) => sentDose(everyNs),
  wants: ({ of, everyNs }, at, fault) => {
    const payload = Buffer.alloc(46);
    const frame = ethernet('ff:ff:ff:ff:ff:ff', of, ETHER_TYPE.experimental, payload);
    return [sendWant({ frames: [frame], everyNs }, at, fault)];
  },
};
