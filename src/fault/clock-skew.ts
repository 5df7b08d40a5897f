import { z } from 'zod';
import { duration, formatQuantity } from '../scenario/units.ts';
import type { NodeFaultKind } from './fault.ts';

export interface ClockSkewParams {
  readonly service: string;
  readonly ahead?: number | undefined;
  readonly behind?: number | undefined;
}

const schema: z.ZodType<ClockSkewParams> = z.strictObject({
  service: z.string().describe('a daemon of the node: keepalived, bgpd'),
  ahead: duration({ min: 1e6 }).optional().describe('its clock shows so much more'),
  behind: duration({ min: 1e6 }).optional().describe('its clock shows so much less'),
});

/** How old what libfaketime knows of the file may be: reading it at every look at the clock slows a daemon down tenfold. */
export const SKEW_TAKES_MS = 1000;

/** Where the file is that says the skew of a daemon, in its node. */
export function skewFile(service: string): string {
  return `/run/chaos-clock-${service}`;
}

export const clockSkew: NodeFaultKind<ClockSkewParams> = {
  name: 'clock-skew',
  acts: 'node',
  on: 'nodes',
  about:
    'The wall clock of a daemon is wrong (libfaketime, loaded into it when the lab starts, so that nothing is restarted); it jumps there and back, within a second. The monotonic clock, which timers use, stays right.',
  schema,
  example: 'clock-skew: { node: r1, service: keepalived, ahead: 1h }',
  describe: ({ service, ahead, behind }) =>
    `${service} is ${formatQuantity({ dimension: 'duration', value: ahead ?? behind ?? 0 })} ${ahead === undefined ? 'behind' : 'ahead'}`,
  needsNetem: () => false,
  refuse: ({ ahead, behind }) =>
    (ahead === undefined) === (behind === undefined) ? 'needs one of ahead, behind' : undefined,
  services: ({ service }) => [service],
  refuseWhere: ({ service }, { clock, driver }) =>
    driver === 'attach'
      ? 'cannot be had of a daemon that runs already: libfaketime is loaded when it starts'
      : service === 'bgpd' && clock === 'warp'
        ? 'of bgpd cannot be had in the warp clock: its threads spin under libfaketime, and lab time hardly passes (--clock real)'
        : undefined,
  needs: () => [{ path: skewLibrary(), package: 'libfaketime' }],
  asks: () => [],
};

/** The one for programs with threads, where Debian puts it: /usr/lib/<multiarch triplet>/faketime */
export function skewLibrary(): string {
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string] ?? process.arch;
  return `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`;
}

/** The environment of a daemon whose clock a fault of the plan will skew. */
export function skewEnvironment(service: string): Readonly<Record<string, string>> {
  return {
    LD_PRELOAD: skewLibrary(),
    FAKETIME_TIMESTAMP_FILE: skewFile(service),
    FAKETIME_CACHE_DURATION: (SKEW_TAKES_MS / 1000).toString(),
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}
