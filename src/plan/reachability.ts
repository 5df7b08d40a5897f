import type { Topology } from '../lab/topology.ts';
import type { WireDirection } from '../wire/want.ts';

/** A direction of a wire that nothing passes; with `sources`, nothing of these Ethernet addresses. */
export type Blocked = WireDirection & { readonly sources?: readonly string[] };

/** These nodes no longer reach those, by no way over the wires of the lab. */
export interface Severed {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** nor those these */
  readonly bothWays: boolean;
}

interface Way {
  readonly to: number;
  readonly key: string;
}

/**
 * Who can reach whom over wires, whatever the nodes make of it: a node is taken to forward. So a pair that is severed is
 * so for certain, and one that is not may still be, by routes or spanning trees.
 */
export class Reachability {
  readonly #names: readonly string[];
  readonly #ways: readonly (readonly Way[])[];
  readonly #macs: readonly ReadonlySet<string>[];
  readonly #before: readonly ReadonlySet<number>[];

  constructor({ nodes, links }: Topology) {
    this.#names = nodes.map(({ name }) => name);
    const number = new Map(this.#names.map((name, index) => [name, index]));
    const ways: Way[][] = this.#names.map(() => []);
    const macs = this.#names.map(() => new Set<string>());
    for (const { id, a, b } of links) {
      const [from, to] = [number.get(a.node) ?? -1, number.get(b.node) ?? -1];
      ways[from]?.push({ to, key: `${id} a>b` });
      ways[to]?.push({ to: from, key: `${id} b>a` });
      macs[from]?.add(a.mac);
      macs[to]?.add(b.mac);
    }
    this.#ways = ways;
    this.#macs = macs;
    this.#before = this.#names.map((_, from) => this.#reached(from, () => false));
  }

  /** Ordered pairs that are severed, and who they are. */
  without(blocked: readonly Blocked[]): {
    readonly pairs: number;
    readonly severed: readonly Severed[];
  } {
    const whole = new Set<string>();
    const bySource = new Map<string, Set<string>>();
    for (const { link, direction, sources } of blocked) {
      const key = `${link} ${direction}`;
      if (sources === undefined) whole.add(key);
      else bySource.set(key, new Set([...(bySource.get(key) ?? []), ...sources]));
    }
    if (whole.size === 0 && bySource.size === 0) return { pairs: 0, severed: [] };
    const lost = this.#names.map((_, from) => {
      const own = [...(this.#macs[from] ?? [])];
      const now = this.#reached(from, (key) => {
        const silenced = bySource.get(key);
        return whole.has(key) || own.some((mac) => silenced?.has(mac) === true);
      });
      return [...(this.#before[from] ?? [])].filter((to) => !now.has(to)).sort((a, b) => a - b);
    });
    const pairs = lost.reduce((sum, each) => sum + each.length, 0);
    return { pairs, severed: this.#groups(lost) };
  }

  #reached(from: number, isBlocked: (key: string) => boolean): ReadonlySet<number> {
    const reached = new Set([from]);
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const { to, key } of this.#ways[at] ?? []) {
        if (reached.has(to) || isBlocked(key)) continue;
        reached.add(to);
        open.push(to);
      }
    }
    return reached;
  }

  /** Nodes that have lost the same ones are told of together; two groups that have lost each other, once. */
  #groups(lost: readonly (readonly number[])[]): readonly Severed[] {
    const groups = new Map<string, { from: number[]; to: readonly number[] }>();
    for (const [from, to] of lost.entries()) {
      if (to.length === 0) continue;
      const key = to.join(' ');
      const group = groups.get(key) ?? { from: [], to };
      group.from.push(from);
      groups.set(key, group);
    }
    const names = (numbers: readonly number[]): readonly string[] =>
      numbers.map((number) => this.#names[number] ?? '');
    const told = new Set<string>();
    return [...groups.values()].flatMap(({ from, to }): readonly Severed[] => {
      const [own, other] = [from.join(' '), to.join(' ')];
      if (told.has(own)) return [];
      // the others have lost exactly these
      const bothWays = groups.get(own)?.from.join(' ') === other;
      if (bothWays) told.add(other);
      return [{ from: names(from), to: names(to), bothWays }];
    });
  }
}
