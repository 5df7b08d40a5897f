import type { NetlinkRequest } from '../host/netlink.ts';
import { neutralState } from './direction-state.ts';
import type { RoomDirection } from './room-direction.ts';
import { byStation } from './room-station.ts';
import type { SteeredState } from './steering.ts';

/** What is asked of the kernel for the tree of a direction. */
export interface StationRequest {
  readonly of: RoomDirection;
  readonly request: NetlinkRequest;
}

/** As many requests, each with what it is about. */
export function requestsOf(
  of: RoomDirection,
  requests: readonly NetlinkRequest[],
): StationRequest[] {
  return requests.map((each) => ({ of, request: each }));
}

/** Ask the kernel for all of it, each where its tree stands. */
export function request(all: readonly StationRequest[]): void {
  for (const [station, own] of byStation(all, ({ of }) => of.station))
    station.socket.request(own.map((each) => each.request));
}

/** The names of all faults that have a part in a state. */
export function faultsOf(state: SteeredState | undefined): ReadonlySet<string> {
  if (state === undefined) return new Set();
  const { carrier, cut, drops, duplicates, impairs, joins, sends } = state;
  const rules = [...drops, ...duplicates, ...impairs, ...joins, ...sends].map(({ fault }) => fault);
  return new Set([...carrier, ...cut, ...rules]);
}

/** Equal as values: both are made of plain data in a fixed order. */
export function sameWants(before: SteeredState | undefined, after: SteeredState): boolean {
  const neutral = { ...neutralState(after.link, after.direction), steered: [] };
  return JSON.stringify(before ?? neutral) === JSON.stringify(after);
}

/** Faults that stay and only begin or end a burst come hundreds of times: the kernel's yes is enough for those. */
export function sameFaults(
  before: SteeredState | undefined,
  after: SteeredState | undefined,
): boolean {
  const [old, current] = [faultsOf(before), faultsOf(after)];
  return old.size === current.size && [...old].every((fault) => current.has(fault));
}
