import { z } from 'zod';
import { count, duration } from '../scenario/units.ts';
import type { WireFaultKind } from './fault.ts';
import { isIpv6, vrrpAdvert, type VrrpAdvert } from './frames/vrrp.ts';
import { everyText, sendWant, sentDose } from './sent-frames.ts';

const address = z.union([z.ipv4(), z.ipv6()]);

const schema: z.ZodType<VrrpAdvert> = z
  .strictObject({
    group: count({ min: 1, max: 255 }).describe('the virtual router, VRID'),
    priority: count({ min: 0, max: 255 })
      .default(255)
      .describe('255, the default, is that of the owner of the address; 0 says that the master resigns'),
    source: address.describe('its own address, which is not a virtual one; IPv6 needs version 3'),
    addresses: z
      .union([address.transform((one) => [one]), z.array(address).min(1).max(20)])
      .describe('the virtual address, or a list; keepalived throws away what does not match its own'),
    version: count({ min: 2, max: 3 }).default(2).describe('2 (the default) or 3; keepalived hears its own only'),
    interval: duration({ min: 10e6, max: 40e9 })
      .default(1e9)
      .describe('between adverts, and what they say of it (default 1s; version 2 has whole seconds)'),
  })
  .superRefine(({ version, source, addresses }, context) => {
    const refuse = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if (version === 2 && isIpv6(source)) refuse('source', 'VRRP version 2 has no IPv6');
    if (addresses.some((one) => isIpv6(one) !== isIpv6(source))) {
      refuse('addresses', 'are not of the family of the source');
    }
  })
  .transform((given): VrrpAdvert => ({
    version: given.version === 2 ? 2 : 3,
    group: given.group,
    priority: given.priority,
    intervalNs: given.interval,
    source: given.source,
    addresses: given.addresses,
  })); // prettier-ignore

/** A router that nobody has ordered, with the highest priority: the real master backs off, and nobody forwards. */
export const rogueVrrp: WireFaultKind<VrrpAdvert> = {
  name: 'rogue-vrrp',
  acts: 'wire',
  about:
    'VRRP adverts of a router that is not there, with a priority that beats the others: they fall silent, and nobody serves the virtual address.',
  schema,
  example:
    'rogue-vrrp: { link: dci, toward: sw-b, group: 51, source: 10.0.0.9, addresses: 10.0.0.1 }',
  describe: ({ version, group, priority, source, intervalNs }) =>
    `VRRPv${version.toString()} group ${group.toString()} priority ${priority.toString()} from ${source}, ${everyText(intervalNs)}`,
  needsNetem: () => false,
  asks: ({ intervalNs }) => sentDose(intervalNs),
  wants: (params, at, fault) => [
    sendWant({ frames: [vrrpAdvert(params)], everyNs: params.intervalNs }, at, fault),
  ],
};
