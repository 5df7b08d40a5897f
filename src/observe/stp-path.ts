import type { PortState } from './stp.ts';

/** The priority vector of a configuration BPDU (802.1D-2004 17.5; the same order in 802.1D-1998), and how long it is good for. */
export interface RootVector {
  readonly rootId: string;
  readonly rootPathCost: number;
  readonly bridgeId: string;
  readonly portId: number;
  /** lab ns: when it was sent or heard, and until when it is good */
  readonly heardNs: number;
  readonly untilNs: number;
  readonly helloNs: number;
}

export interface BridgePort {
  state: PortState | null;
  /** the last BPDU that was delivered to it */
  heard: RootVector | null;
}

const SILENT_HELLOS = 3;

/** Negative: `a` is better. Identifiers are hexadecimal of fixed length, so text order is number order. */
export function compareVectors(a: RootVector, b: RootVector): number {
  return (
    compareText(a.rootId, b.rootId) ||
    a.rootPathCost - b.rootPathCost ||
    compareText(a.bridgeId, b.bridgeId) ||
    a.portId - b.portId
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * The root port of a bridge, 'none' when it is the root or has no path to one. The port itself is not in any BPDU;
 * but of the ports where a bridge hears a better bridge, the root port is the only one that does not block. When two
 * seem to be, one has been silent and another has taken over: bridges forget by timers of their own, a little
 * earlier than we do, and the one that still hears is it.
 */
export function pathToRoot(
  belief: RootVector | null,
  ports: ReadonlyMap<string, BridgePort>,
): string {
  if (belief !== null && belief.rootId === belief.bridgeId) return 'none';
  const candidates = [...ports].flatMap(([port, { state, heard }]) =>
    heard !== null && isActive(state) && leadsToRoot(heard, belief) ? [{ port, heard }] : [],
  );
  const newestNs = Math.max(...candidates.map(({ heard }) => heard.heardNs));
  const [best] = candidates
    .filter(({ heard }) => newestNs - heard.heardNs < SILENT_HELLOS * heard.helloNs)
    .sort((a, b) => compareVectors(a.heard, b.heard));
  return best?.port ?? 'none';
}

function isActive(state: PortState | null): boolean {
  return state === 'listening' || state === 'learning' || state === 'forwarding';
}

/** A bridge's own claim is worse than what it hears on its root port, and of the same root. */
function leadsToRoot(heard: RootVector, belief: RootVector | null): boolean {
  return belief === null || (heard.rootId === belief.rootId && compareVectors(heard, belief) < 0);
}
