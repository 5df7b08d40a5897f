import { imageFor } from '../../service/registry.ts';
import type { TopologyNode } from '../topology.ts';
import type { LabFile } from './lab-file.ts';
import type { ReadLinks } from './links.ts';
import { macOf } from './mac.ts';
import type { Lan } from './one-ended-link.ts';

/** The switch that stands in for what several nodes share out of the lab, and the links to it. */
export function switchOf(
  file: LabFile,
  { name: wanted, ends }: Lan,
  names: readonly string[],
): { readonly node: TopologyNode; readonly links: ReadLinks['links'] } {
  // a node of the lab may have that name
  let name = wanted;
  while (names.includes(name)) name += '-lan';
  const position = file.positionOf(ends[0]?.path ?? ['topology', 'links']);
  const node: TopologyNode = {
    ...{ name, kind: 'bridge', image: '', mappedImage: 'bridge', binds: [], exec: [] },
    ...{ env: {}, labels: {}, position },
    sysctls: imageFor('bridge')?.image.sysctls ?? {},
  };
  const links = ends.map(({ end, path, mtu, rateBitPerSec, queueLimitPackets, name: given }, n) => {
    const port = `port${String(n + 1)}`;
    const b = { node: name, interface: port, mac: macOf(name, port) };
    const vars = { mtu, rateBitPerSec, queueLimitPackets };
    return { ...vars, name: given, path, a: end, b, position: file.positionOf(path) };
  });
  return { node, links };
}
