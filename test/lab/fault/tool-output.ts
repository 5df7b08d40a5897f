import assert from 'node:assert/strict';
import type { RunEvents } from './run-events.ts';

interface Fping {
  readonly sent: number;
  readonly received: number;
  /** of the round trip, ms; NaN where nothing came back */
  readonly min: number;
  readonly average: number;
  readonly max: number;
}

/** `10.0.0.12 : xmt/rcv/%loss = 50/50/0%, min/avg/max = 40.0/40.0/40.4` */
export function fping(run: RunEvents, step: string, host = '10.0.0.12'): Fping {
  const line = run
    .told(step)
    .split('\n')
    .find((each) => each.startsWith(`${host} `));
  const [, sent, received] = /= (\d+)\/(\d+)\//.exec(line ?? '') ?? [];
  const [, min, average, max] = /max = ([\d.]+)\/([\d.]+)\/([\d.]+)/.exec(line ?? '') ?? [];
  assert.ok(sent !== undefined, `${step}: fping said nothing of ${host}: ${run.told(step)}`);
  return {
    sent: Number(sent),
    received: Number(received),
    min: Number(min),
    average: Number(average),
    max: Number(max),
  };
}

export function number(run: RunEvents, step: string, pattern: RegExp): number {
  const found = Number(pattern.exec(run.told(step))?.[1]);
  assert.ok(Number.isFinite(found), `${step}: no ${String(pattern)} in ${run.told(step)}`);
  return found;
}

/** The share that a tool counted is that which was asked, within four standard deviations. */
export function share(count: number, of: number, ratio: number): void {
  const deviation = Math.sqrt((ratio * (1 - ratio)) / of);
  assert.ok(Math.abs(count / of - ratio) < 4 * deviation, `${count} of ${of}, asked ${ratio}`);
}

export const near = (measured: number, asked: number, relative: number): void => {
  assert.ok(Math.abs(measured / asked - 1) < relative, `${measured}, asked ${asked}`);
};

/** The frames that a tcpdump counted. */
export const captured = (run: RunEvents, step: string): number =>
  number(run, step, /^(\d+) packets captured/m);

export const nstat = (run: RunEvents, step: string, counter: string): number =>
  number(run, step, new RegExp(`^${counter} +(\\d+)`, 'm'));

interface BridgeSays {
  readonly linkinfo: { readonly info_data: Readonly<Record<string, unknown>> };
}

/** A member of what `ip -d -j link show br0` says of the bridge. */
export function bridge(run: RunEvents, step: string, member: string): unknown {
  const [only] = JSON.parse(run.told(step)) as BridgeSays[];
  return only?.linkinfo.info_data[member];
}

/** 'eth3 blocking', as `bridge link show` says of a port of sw-b */
export function portState(run: RunEvents, step: string, port: string): string | undefined {
  return new RegExp(`${port}@.* state (\\w+)`).exec(run.told(step))?.[1];
}
