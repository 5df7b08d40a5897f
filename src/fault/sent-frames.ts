import { formatQuantity } from '../scenario/units.ts';
import type { AskedDose, CraftedFrame, WireDirection, WireWant } from '../wire/want.ts';

/** Frames that a fault says over and over, all alike. */
export interface Repeated {
  readonly frames: readonly CraftedFrame[];
  readonly everyNs: number;
}

/** Of a host or switch that is not there; unlike a storm's its frames are not counted as such. */
export const ROGUE_MAC = '02:ca:06:00:00:01';

export function sendWant(
  { frames, everyNs }: Repeated,
  { link, direction }: WireDirection,
  fault: string,
): WireWant {
  const perSecond = 1e9 / everyNs;
  return {
    kind: 'send',
    link,
    direction,
    fault,
    frames,
    perSecond,
    countAt: null,
    mostAmplified: null,
  };
}

export function sentDose(everyNs: number): readonly AskedDose[] {
  return [{ quantity: 'sent', perSecond: 1e9 / everyNs }];
}

export function everyText(everyNs: number): string {
  return `every ${formatQuantity({ dimension: 'duration', value: everyNs })}`;
}

/** 'aa:c1:ab:00:00:01' */
export const MAC_PATTERN: RegExp = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
