import { EVENT_ID, SCALAR_STYLE, getScalarValue, parseEvents } from 'js-yaml';
import type { Event, ScalarEvent } from 'js-yaml';
import { resolvePlain } from './yaml-node.ts';
import type { YamlMapping, YamlNode, YamlScalar, YamlSequence, YamlUse } from './yaml-node.ts';

/** A refusal with the offset that it is about; yaml.ts gives it a line and a column. */
export class YamlRefusal extends Error {
  readonly offset: number;
  readonly hint: string | undefined;

  constructor(offset: number, message: string, hint?: string) {
    super(message);
    this.offset = offset;
    this.hint = hint;
  }
}

export interface TreeOptions {
  /** how many nodes aliases and merges may add to those that are written */
  readonly maxExpansion: number;
  /** `yes no on off` are booleans too, as containerlab's YAML library reads them */
  readonly yaml11Booleans: boolean;
  /** leave `<<` to the caller: maps carry `merges` */
  readonly keepMerges?: boolean;
}

/** The one document in `text` as a tree that shares what aliases share. */
export function parseTree(text: string, options: TreeOptions): YamlUse {
  const events = parseEvents(text, {});
  if (events.length === 0) throw new YamlRefusal(0, 'the file is empty');
  return new TreeBuilder(text, events, options).document();
}

interface Anchor {
  /** undefined while the node is still being read: an alias to it would be a cycle */
  node: YamlNode | undefined;
}

class TreeBuilder {
  readonly #text: string;
  readonly #events: readonly Event[];
  readonly #options: TreeOptions;
  readonly #anchors = new Map<string, Anchor>();
  readonly #sizes = new Map<YamlNode, number>();
  #next = 0;
  #expansion = 0;

  constructor(text: string, events: readonly Event[], options: TreeOptions) {
    this.#text = text;
    this.#events = events;
    this.#options = options;
  }

  document(): YamlUse {
    this.#next = 1;
    const root = this.#read(false, 0);
    this.#next += 1;
    if (this.#next < this.#events.length) {
      this.#next += 1;
      const { offset } = this.#read(false, 0);
      throw new YamlRefusal(offset, 'a second YAML document starts here; one file, one document');
    }
    return root;
  }

  #read(inFlow: boolean, fallbackOffset: number): YamlUse {
    const event = this.#events[this.#next];
    this.#next += 1;
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        return this.#scalar(event, inFlow, fallbackOffset);
      case EVENT_ID.SEQUENCE: {
        const anchor = this.#open(event);
        this.#refuseTag(event, ['!!seq']);
        const flow = inFlow || event.style === 2;
        const node: YamlSequence = { type: 'sequence', items: [], inFlow: flow };
        let size = 1;
        while (this.#events[this.#next]?.type !== EVENT_ID.POP) {
          const item = this.#read(flow, event.start);
          size += this.#sizeOf(item.node);
          node.items.push(item);
        }
        return this.#close(node, event.start, anchor, size);
      }
      case EVENT_ID.MAPPING: {
        const anchor = this.#open(event);
        this.#refuseTag(event, ['!!map']);
        const flow = inFlow || event.style === 2;
        const node: YamlMapping = {
          type: 'mapping',
          entries: new Map(),
          inFlow: flow,
          ...(this.#options.keepMerges === true && { merges: [] }),
        };
        const size = this.#entries(node, flow, event.start);
        return this.#close(node, event.start, anchor, size);
      }
      case EVENT_ID.ALIAS:
        return this.#alias(event.anchorStart, event.anchorEnd);
      default:
        throw new YamlRefusal(fallbackOffset, 'the document ends too early');
    }
  }

  #entries(mapping: YamlMapping, flow: boolean, start: number): number {
    let size = 1;
    while (this.#events[this.#next]?.type !== EVENT_ID.POP) {
      const key = this.#read(flow, start);
      if (key.node.type !== 'scalar') {
        throw new YamlRefusal(key.offset, 'a key must be a plain word, not a list or a map');
      }
      const name = key.node.text;
      if (name === '__proto__') throw new YamlRefusal(key.offset, `'${name}' cannot be a key`);
      const value = this.#read(flow, key.offset);
      size += 1 + this.#sizeOf(value.node);
      if (name === '<<' && key.node.plain) {
        size += this.#merge(mapping, value);
        continue;
      }
      const before = mapping.entries.get(name);
      if (before !== undefined && !before.merged) {
        const line = this.#text.slice(0, before.keyOffset).split('\n').length;
        throw new YamlRefusal(
          key.offset,
          `'${name}' is given twice; first in line ${String(line)}`,
        );
      }
      mapping.entries.set(name, { ...value, keyOffset: key.offset, merged: false });
    }
    return size;
  }

  /** `<<: *a` and `<<: [*a, *b]`: earlier wins, explicit keys win over all. */
  #merge(into: YamlMapping, value: YamlUse): number {
    const sources = value.node.type === 'sequence' ? value.node.items : [value];
    into.merges?.push({ after: into.entries.size, use: value });
    let size = 0;
    for (const source of sources) {
      if (source.node.type !== 'mapping') {
        throw new YamlRefusal(source.offset, "'<<' merges a map or a list of maps");
      }
      if (into.merges !== undefined) {
        this.#expand(this.#sizeOf(source.node), source.offset);
        size += this.#sizeOf(source.node);
        continue;
      }
      for (const [name, entry] of source.node.entries) {
        size += 1 + this.#sizeOf(entry.node);
        this.#expand(1 + this.#sizeOf(entry.node), source.offset);
        if (!into.entries.has(name)) into.entries.set(name, { ...entry, merged: true });
      }
    }
    return size;
  }

  #alias(start: number, end: number): YamlUse {
    const name = this.#text.slice(start, end);
    const offset = start - 1;
    const anchor = this.#anchors.get(name);
    if (anchor === undefined) {
      const hint =
        "a text that begins with * must be quoted; an alias needs an anchor '&name' before it";
      throw new YamlRefusal(
        offset,
        `YAML reads '*${name}' as an alias, and there is no anchor '${name}'`,
        hint,
      );
    }
    if (anchor.node === undefined) {
      throw new YamlRefusal(
        offset,
        `the alias '*${name}' is inside its own anchor: that never ends`,
      );
    }
    this.#expand(this.#sizeOf(anchor.node), offset);
    return { offset, node: anchor.node };
  }

  #expand(nodes: number, offset: number): void {
    this.#expansion += nodes;
    if (this.#expansion > this.#options.maxExpansion) {
      const limit = String(this.#options.maxExpansion);
      throw new YamlRefusal(offset, `aliases expand to more than ${limit} nodes`);
    }
  }

  #scalar(event: ScalarEvent, inFlow: boolean, fallbackOffset: number): YamlUse {
    const anchor = this.#open(event);
    const empty = event.valueStart < 0;
    const text = empty ? '' : getScalarValue(this.#text, event);
    const plain = event.style === SCALAR_STYLE.PLAIN;
    const quoted =
      event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    const offset = empty ? fallbackOffset : event.valueStart - (quoted ? 1 : 0);
    const tag = this.#refuseTag(event, ['!!str', '!!int', '!!float', '!!bool', '!!null']);
    const resolved =
      plain && tag !== '!!str' ? resolvePlain(text, this.#options.yaml11Booleans) : text;
    const { valueStart, valueEnd } = event;
    const node: YamlScalar = {
      type: 'scalar',
      value: tag === undefined || plain ? resolved : resolvePlain(text, false),
      text,
      start: empty ? fallbackOffset : valueStart,
      end: empty ? fallbackOffset : valueEnd,
      plain,
      inFlow,
    };
    return this.#close(node, offset, anchor, 1, false);
  }

  #open(event: { readonly anchorStart: number; readonly anchorEnd: number }): Anchor | undefined {
    if (event.anchorStart < 0) return undefined;
    const anchor: Anchor = { node: undefined };
    this.#anchors.set(this.#text.slice(event.anchorStart, event.anchorEnd), anchor);
    return anchor;
  }

  #close(
    node: YamlNode,
    offset: number,
    anchor: Anchor | undefined,
    size: number,
    pop = true,
  ): YamlUse {
    if (pop) this.#next += 1;
    if (anchor !== undefined) anchor.node = node;
    this.#sizes.set(node, size);
    return { offset, node };
  }

  #sizeOf(node: YamlNode): number {
    return this.#sizes.get(node) ?? 1;
  }

  #refuseTag(
    event: { readonly tagStart: number; readonly tagEnd: number },
    allowed: readonly string[],
  ): string | undefined {
    if (event.tagStart < 0) return undefined;
    const tag = this.#text.slice(event.tagStart, event.tagEnd);
    if (allowed.includes(tag)) return tag;
    throw new YamlRefusal(
      event.tagStart,
      `YAML reads '${tag}' as a tag`,
      "write 'not …' for a negation, or quote the text",
    );
  }
}
