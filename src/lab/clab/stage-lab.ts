import { basename } from 'node:path';
import type { Topology } from '../topology.ts';

export interface StagedLab {
  /** the same lab with bind sources relative to the run directory */
  readonly topology: Topology;
  /** `from`: absolute path of a file or directory; `to`: relative to the run directory. Each source once */
  readonly copies: readonly { readonly from: string; readonly to: string }[];
}

/**
 * Plan how the files that a lab binds come into a run directory (`lab/<n>/<basename>`), so that a run holds all that it
 * was made from. Pure: the caller copies.
 */
export function stageLab(topology: Topology): StagedLab {
  const places = new Map<string, string>();
  for (const { source } of topology.nodes.flatMap((node) => node.binds)) {
    if (!places.has(source)) places.set(source, `lab/${String(places.size)}/${basename(source)}`);
  }
  const nodes = topology.nodes.map((node) => ({
    ...node,
    binds: node.binds.map((bind) => ({ ...bind, source: places.get(bind.source) ?? bind.source })),
  }));
  return {
    topology: { ...topology, nodes },
    copies: [...places].map(([from, to]) => ({ from, to })),
  };
}
