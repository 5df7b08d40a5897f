import type { ChainSwitch } from '../host/nft-switch.ts';
import { neutralState } from './direction-state.ts';
import { counterNames } from './fault-counters.ts';
import {
  chainText,
  deleteChainText,
  hookRules,
  sameRules,
  type DeviceOf,
  type HookRules,
  type SteeredState,
} from './nft-text.ts';
import { byStation, type Station } from './room-station.ts';
import type { WireDirection } from './want.ts';

type States = ReadonlyMap<string, SteeredState>;

/** More sets of rules for one hook than this, and those that have not been in force for the longest time go. */
const CHAINS_PER_HOOK = 256;

/** What both hooks of a direction are to do, worked out once. */
interface WantedRules {
  readonly state: SteeredState;
  readonly hooks: readonly HookRules[];
}

/** The chains made for one hook, by the rules in them, the one used last at the end. */
interface Hook {
  readonly chains: Map<string, string>;
  made: number;
  /** rules in force, null: none */
  inForce: string | null;
}

/**
 * The rules of faults. Each set of rules is made once, in a chain of its own, while nothing leads there; an edge only
 * changes where the hooks jump to, all of them in one transaction (for direct wires: one a node).
 */
export class RoomRules {
  readonly #stationOf: (at: WireDirection) => Station;
  readonly #deviceOf: DeviceOf;
  readonly #hooks = new Map<string, Hook>();
  readonly #counters = new Set<string>();

  constructor(stationOf: (at: WireDirection) => Station, deviceOf: DeviceOf) {
    this.#stationOf = stationOf;
    this.#deviceOf = deviceOf;
  }

  /** Makes the chains that these states need and that are not there yet. No frame is touched. */
  warmUp(states: Iterable<SteeredState>): void {
    this.#make([...states].map((state) => ({ state, hooks: hookRules(state, this.#deviceOf) })));
  }

  #make(wanted: readonly WantedRules[]): void {
    for (const [station, own] of byStation(wanted, ({ state }) => this.#stationOf(state))) {
      const text = own.map((each) => this.#missing(each, station.rules.table)).join('');
      if (text !== '') station.nft.run(text);
    }
  }

  /** From one state of the room to another. Directions that stay the same are not touched. */
  change(before: States, after: States): void {
    const changed = changedStates(before, after).map((state) => ({
      state,
      hooks: hookRules(state, this.#deviceOf),
    }));
    this.#make(changed);
    for (const [station, own] of byStation(changed, ({ state }) => this.#stationOf(state))) {
      const switches = own.flatMap(({ hooks }) => hooks.flatMap((each) => this.#switch(each)));
      if (switches.length > 0) station.switchChains(switches);
    }
  }

  #switch({ hook: from, rules }: HookRules): ChainSwitch[] {
    const hook = this.#hook(from);
    const wanted = rules.length === 0 ? null : rules.join('\n');
    if (wanted === hook.inForce) return [];
    hook.inForce = wanted;
    if (wanted === null) return [{ from, to: null }];
    const to = usedAgain(hook, wanted);
    if (to === undefined) throw new Error(`no chain was made for ${from}`);
    return [{ from, to }];
  }

  #missing({ state, hooks }: WantedRules, table: string): string {
    const { enters } = this.#deviceOf(state.link, state.direction);
    return hooks
      .map(({ hook: name, rules }) => {
        const hook = this.#hook(name);
        const key = rules.join('\n');
        if (rules.length === 0 || usedAgain(hook, key) !== undefined) return '';
        const chain = `${name}_${String(++hook.made)}`;
        hook.chains.set(key, chain);
        const fresh = counterNames(state, enters).filter((each) => !this.#counters.has(each));
        for (const each of fresh) this.#counters.add(each);
        return `${chainText(table, chain, rules, fresh)}${this.#forget(hook, table)}`;
      })
      .join('');
  }

  #forget(hook: Hook, table: string): string {
    if (hook.chains.size <= CHAINS_PER_HOOK) return '';
    const oldest = [...hook.chains].find(([rules]) => rules !== hook.inForce);
    if (oldest === undefined) return '';
    hook.chains.delete(oldest[0]);
    return deleteChainText(table, oldest[1]);
  }

  #hook(name: string): Hook {
    const hook = this.#hooks.get(name) ?? {
      chains: new Map<string, string>(),
      made: 0,
      inForce: null,
    };
    this.#hooks.set(name, hook);
    return hook;
  }

  /** What the kernel lists for a direction, one text a rule. */
  readBack(at: WireDirection): string[] {
    const station = this.#stationOf(at);
    const { enters } = this.#deviceOf(at.link, at.direction);
    return [`f_${enters}`, `d_${enters}`].flatMap((hook) => {
      const [jump] = this.#list(station, hook);
      return jump === undefined ? [] : this.#list(station, jump.replace(/^jump /u, ''));
    });
  }

  #list({ nft, rules }: Station, chain: string): string[] {
    const listed = nft.run(`list chain netdev ${rules.table} ${chain}`);
    const lines = listed.split('\n').map((line) => line.trim());
    const start = lines.findIndex((line) => line.startsWith(`chain ${chain} `));
    return lines.slice(start + 1, lines.indexOf('}', start)).filter((line) => line !== '');
  }
}

function usedAgain({ chains }: Hook, rules: string): string | undefined {
  const chain = chains.get(rules);
  if (chain === undefined) return undefined;
  chains.delete(rules);
  chains.set(rules, chain);
  return chain;
}

/** Where rules may have changed; a direction that nobody wants any more goes back to neutral. */
function changedStates(before: States, after: States): SteeredState[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const [old, wanted] = [before.get(key), after.get(key)];
    if (old !== undefined && wanted !== undefined && sameRules(old, wanted)) return [];
    const at = wanted ?? old;
    if (at === undefined) return [];
    return [wanted ?? { ...neutralState(at.link, at.direction), steered: [] }];
  });
}
