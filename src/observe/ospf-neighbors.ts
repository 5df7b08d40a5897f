import { isMap } from '../scenario/is-map.ts';
import type { NeighborState } from './ospf.ts';

/** One line of a daemon's neighbour table. */
export interface OspfNeighbor {
  readonly routerId: string;
  /** of the neighbour, on the shared network */
  readonly address: string;
  readonly interface: string;
  /** our own address on that interface */
  readonly localAddress: string;
  readonly state: NeighborState;
}

const STATES: Readonly<Record<string, NeighborState>> = {
  Down: 'down',
  Attempt: 'attempt',
  Init: 'init',
  '2-Way': 'two-way',
  ExStart: 'exstart',
  Exchange: 'exchange',
  Loading: 'loading',
  Full: 'full',
};

/**
 * The answer to `show ip ospf neighbor json`: up to FRR 8 with `state` and `address` as well, from 9 on with `nbrState`
 * and `ifaceAddress` alone. Undefined when it is no such answer. A daemon without OSPF has no neighbours.
 */
export function parseOspfNeighbors(text: string): readonly OspfNeighbor[] | undefined {
  const answer = parseObject(text);
  if (answer === undefined) return undefined;
  const table = answer['neighbors'] ?? {};
  if (!isMap(table)) return undefined;
  return Object.entries(table).flatMap(([routerId, lines]) =>
    Array.isArray(lines) ? lines.flatMap((line: unknown) => neighborOf(routerId, line)) : [],
  );
}

function neighborOf(routerId: string, line: unknown): readonly OspfNeighbor[] {
  if (!isMap(line)) return [];
  // 'Full/DR'
  const name = textOf(line['nbrState'] ?? line['state']).replace(/\/.*/, '');
  const state = STATES[name];
  if (state === undefined) return []; // 'Deleted', 'DependUpon': not in the state machine
  // 'eth1:10.0.12.1'
  const shown = textOf(line['ifaceName']);
  const colon = shown.lastIndexOf(':');
  return [
    {
      routerId,
      address: textOf(line['ifaceAddress'] ?? line['address']),
      interface: colon < 0 ? shown : shown.slice(0, colon),
      localAddress: colon < 0 ? '' : shown.slice(colon + 1),
      state,
    },
  ];
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
