import { z } from 'zod';
import { duration } from '../scenario/units.ts';
import type { WireFaultKind } from './fault.ts';
import { arp } from './frames/arp.ts';
import { everyText, MAC_PATTERN, ROGUE_MAC, sendWant, sentDose } from './sent-frames.ts';

export interface DuplicateIpParams {
  readonly address: string;
  readonly mac: string;
  readonly everyNs: number;
}

const schema: z.ZodType<DuplicateIpParams> = z
  .strictObject({
    address: z.ipv4().describe('that somebody else has'),
    mac: z.string().regex(MAC_PATTERN, 'expected a MAC address such as 02:ca:06:00:00:01')
      .default(ROGUE_MAC)
      .describe(`of the second host (default ${ROGUE_MAC})`),
    every: duration({ min: 1e6 })
      .default(1e9)
      .describe('time from one announcement to the next (default 1s)'),
  })
  .transform(({ address, mac, every }) => ({ address, mac, everyNs: every })); // prettier-ignore

/** A second host with an address: whoever has the address in its cache sends to the wrong one (RFC 5227). */
export const duplicateIp: WireFaultKind<DuplicateIpParams> = {
  name: 'duplicate-ip',
  acts: 'wire',
  about:
    'Somebody else announces an IP address by gratuitous ARP, a request and a reply each time: what is sent to the address goes astray.',
  schema,
  example: 'duplicate-ip: { link: dci, toward: sw-b, address: 10.0.0.1, every: 1s }',
  describe: ({ address, mac, everyNs }) => `${address} is at ${mac}, said ${everyText(everyNs)}`,
  needsNetem: () => false,
  asks: ({ everyNs }) => sentDose(everyNs / 2),
  wants: ({ address, mac, everyNs }, at, fault) => {
    const said = { senderMac: mac, senderIp: address, targetIp: address };
    const frames = [arp({ operation: 'request', ...said }), arp({ operation: 'reply', ...said })];
    return [sendWant({ frames, everyNs: everyNs / 2 }, at, fault)];
  },
};
