import { z } from 'zod';
import { count, duration } from '../scenario/units.ts';
import type { WireFaultKind } from './fault.ts';
import { configBpdu, type ConfigBpdu } from './frames/bpdu.ts';
import { everyText, MAC_PATTERN, ROGUE_MAC, sendWant, sentDose } from './sent-frames.ts';

/** The range of a hello time, IEEE 802.1D-1998 table 8-3. */
const HELLO = { min: 1e9, max: 10e9 };

const schema: z.ZodType<ConfigBpdu> = z
  .strictObject({
    priority: count({ min: 0, max: 65535 })
      .default(0)
      .describe('of the rogue root; 0, the default, is better than any other'),
    mac: z.string().regex(MAC_PATTERN, 'expected a MAC address such as 02:ca:06:00:00:01')
      .default(ROGUE_MAC)
      .describe(`of the rogue root: of equal priorities the lower address wins (default ${ROGUE_MAC})`),
    version: z.enum(['stp', 'rstp']).default('stp').describe('stp (the default; Linux bridges) or rstp'),
    hello: duration(HELLO).default(2e9).describe('time from one to the next (default 2s)'),
    'max-age': duration({ min: 6e9, max: 40e9 })
      .default(20e9)
      .describe('that it tells the others to forget it after (default 20s)'),
    'forward-delay': duration({ min: 4e9, max: 30e9 })
      .default(15e9)
      .describe('that it gives to all of them as long as it is root (default 15s)'),
  })
  .transform((given) => ({
    priority: given.priority,
    mac: given.mac,
    version: given.version,
    helloNs: given.hello,
    maxAgeNs: given['max-age'],
    forwardDelayNs: given['forward-delay'],
  })); // prettier-ignore

/** A root hijack: somebody plugs in a switch that thinks it is the best. */
export const superiorBpdu: WireFaultKind<ConfigBpdu> = {
  name: 'superior-bpdu',
  acts: 'wire',
  about:
    'BPDUs of a root bridge that is not there, better than the real one: the tree is built anew toward it, and again when it falls silent.',
  schema,
  example: 'superior-bpdu: { link: dci, toward: sw-b, priority: 0 }',
  describe: ({ priority, mac, version, helloNs }) =>
    `${version} root ${priority.toString(16).padStart(4, '0')}.${mac}, ${everyText(helloNs)}`,
  needsNetem: () => false,
  asks: ({ helloNs }) => sentDose(helloNs),
  wants: (params, at, fault) => [
    sendWant({ frames: [configBpdu(params)], everyNs: params.helloNs }, at, fault),
  ],
};
