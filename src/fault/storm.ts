import { z } from 'zod';
import { count, duration, formatQuantity, rate, size } from '../scenario/units.ts';
import { STORM_SOURCE } from '../wire/want.ts';
import type { CraftedFrame } from '../wire/want.ts';
import type { WireFaultKind } from './fault.ts';
import { arp } from './frames/arp.ts';
import {
  ETHER_TYPE, ETHERNET_BYTES, ethernet, LONGEST_FRAME_BYTES, SHORTEST_FRAME_BYTES,
} from './frames/ethernet.ts'; // prettier-ignore
import { refuseFastRing } from './layer-two.ts';

const SORTS = ['broadcast', 'multicast', 'unknown-unicast', 'arp'] as const;

export interface StormParams {
  readonly of: (typeof SORTS)[number];
  readonly perSecond: number;
  readonly bytes: number;
  readonly atMostNs: number;
  readonly mostAmplified: number;
}

/** What a lab's wires and one thread can do; a real port's line rate is far beyond it. */
const MOST_PER_SECOND = 50_000;

const schema: z.ZodType<StormParams> = z
  .strictObject({
    of: z
      .enum(SORTS)
      .default('broadcast')
      .describe(
        'broadcast (the default), multicast (a group that nobody has), unknown-unicast (an address that no switch knows), arp (requests for one address after the other)',
      ),
    rate: rate({ min: 1, max: MOST_PER_SECOND }).describe('frames a second'),
    size: size({ min: SHORTEST_FRAME_BYTES, max: LONGEST_FRAME_BYTES })
      .default(SHORTEST_FRAME_BYTES)
      .describe('of a frame, from its addresses to its end, without FCS (default 60B)'),
    'at-most': duration({ min: 1e6 })
      .default(30e9)
      .describe('a step that lasts longer is refused (default 30s)'),
    'abort-above': count({ min: 1, max: 1e6 })
      .default(10)
      .describe(
        'when each frame passes some segment so many times, the storm is stopped and its frames are taken out of every wire (default 10; without a loop no frame passes a segment twice)',
      ),
  })
  .transform((given) => ({
    of: given.of,
    perSecond: given.rate,
    bytes: given.size,
    atMostNs: given['at-most'],
    mostAmplified: given['abort-above'],
  }));

/** As from a port that has gone mad: its frames go toward one end, or with `link:` alone out of both. */
export const storm: WireFaultKind<StormParams> = {
  name: 'storm',
  acts: 'wire',
  about:
    'Frames that every switch floods, put on a wire at a rate: as from a broken port. How often they pass each segment is counted.',
  schema,
  example: "storm: { end: 'h1:eth1', direction: out, of: broadcast, rate: 2k/s, size: 100B }",
  describe({ of, perSecond, bytes }) {
    const each = formatQuantity({ dimension: 'size', value: bytes });
    return `${of} storm, ${formatQuantity({ dimension: 'rate', value: perSecond })} of ${each}`;
  },
  needsNetem: () => false,
  inLab(params, { topology }) {
    const refusal = refuseFastRing(topology);
    return refusal === undefined ? { params } : { refusal };
  },
  longest: ({ atMostNs }) => ({
    ns: atMostNs,
    hint: (lasts) => `if it is meant, say so: at-most: ${lasts}`,
  }),
  asks: ({ perSecond }) => [{ quantity: 'sent', perSecond }],
  wants: (params, { link, direction }, fault) => [
    {
      kind: 'send',
      link,
      direction,
      fault,
      frames: framesOf(params),
      perSecond: params.perSecond,
      countAt: params.of === 'arp' ? ARP_TARGET_AT : ETHERNET_BYTES,
      mostAmplified: params.mostAmplified,
    },
  ],
};

const SOURCE = `${STORM_SOURCE}:00:00:01`;
/** of the target's IP address: a request for another host each time */
const ARP_TARGET_AT = ETHERNET_BYTES + 24;

const DESTINATIONS: Readonly<Record<Exclude<StormParams['of'], 'arp'>, string>> = {
  broadcast: 'ff:ff:ff:ff:ff:ff',
  // locally administered: no protocol has it
  multicast: '03:ca:05:00:00:02',
  'unknown-unicast': '02:ca:05:ff:ff:ff',
};

function framesOf({ of, bytes }: StormParams): readonly CraftedFrame[] {
  if (of === 'arp') {
    // RFC 5227 2.1.1: a probe from 0.0.0.0 enters no cache
    const senderIp = '0.0.0.0';
    return [arp({ operation: 'request', senderMac: SOURCE, senderIp, targetIp: '0.0.0.0', bytes })];
  }
  const payload = Buffer.alloc(4);
  return [ethernet(DESTINATIONS[of], SOURCE, ETHER_TYPE.experimental, payload, bytes)];
}
