import type { Topology } from '../lab/topology.ts';
import type { Frame } from './decode/frame.ts';
import { wireEnds } from './lab-view.ts';
import { REPORT_DELAY_NS } from './lateness.ts';
import { inOrder, type AddressSeen, type LinkSeen, type SetSignal } from './seen.ts';
import { instance } from './signal-path.ts';
import { vrrpNodes, type VrrpParams } from './vrrp.ts';

interface Router {
  readonly name: string;
  /** 'eth1' -> addresses without prefix length */
  readonly addresses: Map<string, Set<string>>;
  /** interfaces that are down or have no carrier: nobody gets an answer there */
  readonly down: Set<string>;
  holds: boolean;
  /** when its next advert is due, and when we stop waiting for it (lab ns); null: it claims nothing */
  claim: { readonly dueNs: number; readonly patienceNs: number } | null;
}

/**
 * Address, link and advert reports in, the signals of vrrp.ts out. A router holds the virtual address when it is
 * configured on an interface that is up with carrier: then it answers. Advert frames count where they enter a wire at
 * the router's own end, whatever bridges make of them later.
 */
export class VrrpReducer {
  readonly #id: string;
  readonly #set: SetSignal;
  readonly #group: number;
  readonly #routers: ReadonlyMap<string, Router>;
  readonly #virtual = new Set<string>();
  readonly #senders = new Map<string, string>();
  readonly #learn: boolean;
  #transitions = 0;
  #begun = false;

  constructor(id: string, params: VrrpParams, topology: Topology, set: SetSignal) {
    this.#id = id;
    this.#set = inOrder(set);
    this.#group = params.group;
    this.#learn = params.address === undefined;
    if (params.address !== undefined) this.#virtual.add(params.address);
    this.#routers = new Map(
      vrrpNodes(params, topology).map((node) => [
        node,
        { name: node, addresses: new Map(), down: new Set(), holds: false, claim: null },
      ]),
    );
    for (const link of topology.links) {
      for (const direction of ['a>b', 'b>a'] as const) {
        this.#senders.set(`${link.id} ${direction}`, wireEnds(link, direction).from.node);
      }
    }
  }

  onAddress(seen: AddressSeen): void {
    const router = this.#routers.get(seen.node);
    if (router === undefined) return;
    const own = router.addresses.get(seen.interface) ?? new Set();
    router.addresses.set(seen.interface, own);
    const address = seen.address.replace(/\/.*/, '');
    if (seen.present) own.add(address);
    else own.delete(address);
    this.#begin(seen.tNs);
    this.#update(seen.tNs);
  }

  onLink(seen: LinkSeen): void {
    const router = this.#routers.get(seen.node);
    if (router === undefined) return;
    if (seen.gone) router.addresses.delete(seen.interface);
    if (seen.gone || (seen.adminUp && seen.carrier)) router.down.delete(seen.interface);
    else router.down.add(seen.interface);
    this.#begin(seen.tNs);
    this.#update(seen.tNs);
  }

  /** Frames come in order of time. */
  onFrame(frame: Frame): void {
    const { body } = frame;
    this.#expire(frame.tNs, frame.tNs);
    if (body.protocol !== 'vrrp' || body.vrid !== this.#group || frame.stage !== 'in') return;
    const node = this.#senders.get(`${frame.link} ${frame.direction}`);
    const router = node === undefined ? undefined : this.#routers.get(node);
    if (node === undefined || router === undefined) return;
    this.#begin(frame.tNs);
    if (this.#learn && body.addresses.some((address) => !this.#virtual.has(address))) {
      for (const address of body.addresses) this.#virtual.add(address);
      this.#update(frame.tNs);
    }
    const claims = body.priority > 0;
    const wasClaiming = router.claim !== null;
    const intervalNs = body.advertIntervalMs * 1e6;
    const dueNs = frame.tNs + intervalNs;
    router.claim = claims ? { dueNs, patienceNs: intervalNs / 2 } : null;
    if (claims !== wasClaiming) this.#setClaim(router, claims, frame.tNs);
  }

  /** Claims end without an event: call it now and then. */
  tick(nowNs: number): void {
    this.#expire(nowNs - REPORT_DELAY_NS, nowNs);
  }

  /** End the claims whose next advert is overdue at `overNs`: they ended when it did not come. */
  #expire(overNs: number, atNs: number): void {
    const over = [...this.#routers.values()]
      .flatMap((router) => (router.claim === null ? [] : [{ router, ...router.claim }]))
      .filter(({ dueNs, patienceNs }) => dueNs + patienceNs <= overNs)
      .sort((a, b) => a.dueNs - b.dueNs);
    for (const { router, dueNs } of over) {
      router.claim = null;
      this.#setClaim(router, false, atNs, dueNs);
    }
  }

  #begin(tNs: number): void {
    if (this.#begun) return;
    this.#begun = true;
    for (const node of this.#routers.keys()) {
      this.#set(instance(`${this.#id}.advertising`, node), false, tNs);
    }
    this.#set(`${this.#id}.claimants`, 0, tNs);
    this.#set(`${this.#id}.transitions`, 0, tNs);
  }

  #setClaim(router: Router, claims: boolean, atNs: number, sinceNs?: number): void {
    const path = instance(`${this.#id}.advertising`, router.name);
    this.#set(path, claims, atNs, sinceNs);
    const claimants = [...this.#routers.values()].filter((r) => r.claim !== null).length;
    this.#set(`${this.#id}.claimants`, claimants, atNs, sinceNs);
  }

  #update(tNs: number): void {
    if (this.#virtual.size === 0) return;
    for (const [node, router] of this.#routers) {
      const holds = this.#answers(router);
      if (holds && !router.holds) this.#transitions += 1;
      router.holds = holds;
      this.#set(instance(`${this.#id}.holds`, node), holds, tNs);
    }
    const masters = [...this.#routers].filter(([, router]) => router.holds).map(([node]) => node);
    this.#set(`${this.#id}.masters`, masters.length, tNs);
    const master = masters.length > 1 ? 'several' : (masters[0] ?? 'none');
    this.#set(`${this.#id}.master`, master, tNs);
    this.#set(`${this.#id}.transitions`, this.#transitions, tNs);
  }

  #answers(router: Router): boolean {
    for (const [name, addresses] of router.addresses) {
      if (router.down.has(name)) continue;
      for (const address of addresses) if (this.#virtual.has(address)) return true;
    }
    return false;
  }
}
