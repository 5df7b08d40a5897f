import type { Topology } from '../lab/topology.ts';
import type { Frame, FrameBody } from './decode/frame.ts';
import { wireEnds } from './lab-view.ts';
import { REPORT_DELAY_NS } from './lateness.ts';
import { inOrder, type LinkSeen, type SetSignal } from './seen.ts';
import { instance } from './signal-path.ts';
import { pathToRoot, type BridgePort, type RootVector } from './stp-path.ts';
import {
  PORT_STATES,
  portsOf,
  rootPortPath,
  stpBridges,
  type PortState,
  type StpParams,
} from './stp.ts';

type Bpdu = Extract<FrameBody, { readonly protocol: 'bpdu' }>;

interface Bridge {
  readonly ports: ReadonlyMap<string, BridgePort>;
  /** it has sent or heard a BPDU: something is known of its place in the tree */
  known: boolean;
  /** what its own BPDUs say */
  belief: RootVector | null;
  /** as a root: does it flag a topology change? */
  flagsChange: boolean;
}

interface WireEnd {
  readonly node: string;
  readonly interface: string;
}

/**
 * Port states from link reports; roots, root ports and topology changes from BPDUs. What a bridge says is believed
 * for as long as another bridge would believe it: max_age less the message's age (802.1D 8.6.4), and one hello.
 */
export class StpReducer {
  readonly #id: string;
  readonly #set: SetSignal;
  readonly #bridges: ReadonlyMap<string, Bridge>;
  readonly #nodeOfMac = new Map<string, string>();
  readonly #ends = new Map<string, { readonly from: WireEnd; readonly to: WireEnd }>();
  #changes = 0;
  #tcns = 0;
  #begun = false;

  constructor(id: string, params: StpParams, topology: Topology, set: SetSignal) {
    this.#id = id;
    this.#set = inOrder(set);
    this.#bridges = new Map(
      stpBridges(params, topology).map((bridge) => [
        bridge,
        {
          ports: new Map(portsOf(bridge, topology).map((p) => [p, { state: null, heard: null }])),
          known: false,
          belief: null,
          flagsChange: false,
        },
      ]),
    );
    for (const link of topology.links) {
      for (const direction of ['a>b', 'b>a'] as const) {
        this.#ends.set(`${link.id} ${direction}`, wireEnds(link, direction));
      }
    }
  }

  onLink(seen: LinkSeen): void {
    const bridge = this.#bridges.get(seen.node);
    if (bridge === undefined) return;
    this.#nodeOfMac.set(seen.mac.replaceAll(':', ''), seen.node);
    const port = bridge.ports.get(seen.interface);
    if (port === undefined) return;
    const state = this.#portState(seen, port.state);
    if (state === null || state === port.state) return;
    this.#begin(seen.tNs);
    port.state = state;
    this.#set(instance(`${this.#id}.state`, seen.node, seen.interface), state, seen.tNs);
    const states = [...this.#bridges.values()].flatMap((b) => [...b.ports.values()]);
    const count = (...of: readonly PortState[]): number =>
      states.filter((p) => p.state !== null && of.includes(p.state)).length;
    this.#set(`${this.#id}.forwarding`, count('forwarding'), seen.tNs);
    this.#set(`${this.#id}.changing`, count('listening', 'learning'), seen.tNs);
    this.#setRootPort(seen.node, bridge, seen.tNs);
  }

  /** Frames come in order of time. */
  onFrame(frame: Frame): void {
    if (frame.body.protocol !== 'bpdu') return;
    this.#expire(frame.tNs, frame.tNs);
    const ends = this.#ends.get(`${frame.link} ${frame.direction}`);
    if (ends === undefined) return;
    this.#begin(frame.tNs);
    if (frame.stage === 'in') this.#sent(ends.from, frame.body, frame.tNs);
    else this.#heard(ends.to, frame.body, frame.tNs);
  }

  /** What was said is forgotten without an event: call it now and then. */
  tick(nowNs: number): void {
    this.#expire(nowNs - REPORT_DELAY_NS, nowNs);
  }

  #begin(tNs: number): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#set(`${this.#id}.topology-change`, false, tNs);
    this.#set(`${this.#id}.topology-changes`, 0, tNs);
    this.#set(`${this.#id}.tcns`, 0, tNs);
  }

  #portState(seen: LinkSeen, before: PortState | null): PortState | null {
    if (seen.gone) return 'disabled';
    if (seen.portState !== null) return PORT_STATES[seen.portState] ?? null;
    // not (yet) a port of a bridge
    return before === null ? null : 'disabled';
  }

  #sent(end: WireEnd, bpdu: Bpdu, tNs: number): void {
    const bridge = this.#bridges.get(end.node);
    if (bridge === undefined) return;
    if (bpdu.bpduType === 'tcn') {
      this.#tcns += 1;
      this.#set(`${this.#id}.tcns`, this.#tcns, tNs);
      return;
    }
    this.#nodeOfMac.set(macOf(bpdu.bridgeId), end.node);
    bridge.known = true;
    bridge.belief = vectorOf(bpdu, tNs);
    const flagsChange = bpdu.topologyChange && bpdu.bridgeId === bpdu.rootId;
    if (flagsChange && !bridge.flagsChange) this.#changes += 1;
    bridge.flagsChange = flagsChange;
    this.#setRoots(tNs);
    this.#setRootPort(end.node, bridge, tNs);
  }

  #heard(end: WireEnd, bpdu: Bpdu, tNs: number): void {
    const bridge = this.#bridges.get(end.node);
    const port = bridge?.ports.get(end.interface);
    if (bridge === undefined || port === undefined || bpdu.bpduType === 'tcn') return;
    bridge.known = true;
    port.heard = vectorOf(bpdu, tNs);
    this.#setRootPort(end.node, bridge, tNs);
  }

  #expire(overNs: number, atNs: number): void {
    const over: { readonly untilNs: number; readonly forget: () => void }[] = [];
    for (const [node, bridge] of this.#bridges) {
      const { belief } = bridge;
      if (belief !== null && belief.untilNs <= overNs) {
        const forget = (): void => {
          bridge.belief = null;
          bridge.flagsChange = false;
          this.#setRoots(atNs, belief.untilNs);
          this.#setRootPort(node, bridge, atNs, belief.untilNs);
        };
        over.push({ untilNs: belief.untilNs, forget });
      }
      for (const port of bridge.ports.values()) {
        const { heard } = port;
        if (heard === null || heard.untilNs > overNs) continue;
        const forget = (): void => {
          port.heard = null;
          this.#setRootPort(node, bridge, atNs, heard.untilNs);
        };
        over.push({ untilNs: heard.untilNs, forget });
      }
    }
    over.sort((a, b) => a.untilNs - b.untilNs);
    for (const { forget } of over) forget();
  }

  #setRoots(atNs: number, sinceNs?: number): void {
    const bridges = [...this.#bridges.values()];
    const roots = new Set(bridges.flatMap((b) => (b.belief === null ? [] : [b.belief.rootId])));
    const [root] = roots;
    const one = root === undefined ? 'none' : (this.#nodeOfMac.get(macOf(root)) ?? 'other');
    this.#set(`${this.#id}.roots`, roots.size, atNs, sinceNs);
    this.#set(`${this.#id}.root`, roots.size > 1 ? 'several' : one, atNs, sinceNs);
    const flagged = bridges.some((b) => b.flagsChange);
    this.#set(`${this.#id}.topology-change`, flagged, atNs, sinceNs);
    this.#set(`${this.#id}.topology-changes`, this.#changes, atNs, sinceNs);
  }

  #setRootPort(node: string, bridge: Bridge, atNs: number, sinceNs?: number): void {
    if (!bridge.known) return;
    const port = pathToRoot(bridge.belief, bridge.ports);
    this.#set(rootPortPath(this.#id, node), port, atNs, sinceNs);
  }
}

function vectorOf(bpdu: Bpdu, tNs: number): RootVector {
  const lifeMs = bpdu.maxAgeMs - bpdu.messageAgeMs + bpdu.helloTimeMs;
  const { rootId, rootPathCost, bridgeId, portId } = bpdu;
  const times = {
    heardNs: tNs,
    untilNs: tNs + Math.round(lifeMs * 1e6),
    helloNs: bpdu.helloTimeMs * 1e6,
  };
  return { rootId, rootPathCost, bridgeId, portId, ...times };
}

/** 'aac1ab000001' of '8000.aac1ab000001' */
function macOf(bridgeId: string): string {
  return bridgeId.slice(bridgeId.indexOf('.') + 1);
}
