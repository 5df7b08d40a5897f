import type { Plan } from '../../plan/plan.ts';
import type { PageTopology } from './page-data.ts';

const ROUNDS = 400;
const REST = 1;
/** about that of a lab of eight nodes */
const LEAST_WIDTH = 560;

interface Place {
  x: number;
  y: number;
}

/**
 * Where the nodes of the picture stand: springs along links, everything else pushes apart (Fruchterman and Reingold
 * 1991), from a start that is the same each time. Nodes of one `site` or `role` label start on the same side.
 */
export function topologyPicture(plan: Plan): PageTopology {
  const { nodes, links } = plan.topology;
  const groupOf = (labels: Readonly<Record<string, string>>): string =>
    labels['site'] ?? labels['role'] ?? labels['group'] ?? '';
  const groups = [...new Set(nodes.map((node) => groupOf(node.labels)))].sort();
  const places = nodes.map((node, i): Place => {
    const side = groups.indexOf(groupOf(node.labels)) - (groups.length - 1) / 2;
    const turn = (2 * Math.PI * i) / Math.max(1, nodes.length);
    return { x: 3 * side + Math.cos(turn), y: Math.sin(turn) };
  });
  const index = new Map(nodes.map((node, i) => [node.name, i]));
  const springs = links.flatMap(({ a, b }) => {
    const [from, to] = [index.get(a.node), index.get(b.node)];
    return from === undefined || to === undefined || from === to ? [] : [[from, to] as const];
  });
  for (let round = 0; round < ROUNDS; round += 1) relax(places, springs, 1 - round / ROUNDS);
  const box = fit(places);
  return {
    width: box.width,
    height: box.height,
    nodes: nodes.map((node, i) => ({
      name: node.name,
      image: node.mappedImage === '' ? node.image : node.mappedImage,
      group: groupOf(node.labels),
      x: box.places[i]?.x ?? 0,
      y: box.places[i]?.y ?? 0,
    })),
    links: links.map(({ id, a, b }) => ({
      id,
      a: a.node,
      b: b.node,
      steps: plan.steps
        .filter((step) => step.faults.some(({ target }) => acts(target, id, links)))
        .map((step) => step.id),
    })),
  };
}

type Target = Plan['steps'][number]['faults'][number]['target'];

function acts(target: Target, link: string, links: Plan['topology']['links']): boolean {
  if (target.directions.some((direction) => direction.link === link)) return true;
  const own = links.find(({ id }) => id === link);
  if (own === undefined) return false;
  return [own.a, own.b].some((end) => target.endpoints.includes(`${end.node}:${end.interface}`));
}

function relax(
  places: readonly Place[],
  springs: readonly (readonly [number, number])[],
  heat: number,
): void {
  const push = places.map((): Place => ({ x: 0, y: 0 }));
  const move = (i: number, j: number, amount: (distance: number) => number): void => {
    const [a, b, pa, pb] = [places[i], places[j], push[i], push[j]];
    if (a === undefined || b === undefined || pa === undefined || pb === undefined) return;
    const dx = a.x - b.x || 1e-3 * (i - j);
    const dy = a.y - b.y;
    const distance = Math.max(1e-3, Math.hypot(dx, dy));
    const force = amount(distance) / distance;
    pa.x += dx * force;
    pa.y += dy * force;
    pb.x -= dx * force;
    pb.y -= dy * force;
  };
  for (let i = 0; i < places.length; i += 1) {
    for (let j = i + 1; j < places.length; j += 1) move(i, j, (d) => (REST * REST) / d);
  }
  for (const [from, to] of springs) move(from, to, (d) => -(d * d) / REST);
  places.forEach((place, i) => {
    const { x, y } = push[i] ?? { x: 0, y: 0 };
    const size = Math.max(1e-9, Math.hypot(x, y));
    const step = Math.min(size, 0.3 * heat + 0.01);
    place.x += (x / size) * step;
    // a picture is wider than high
    place.y += (y / size) * step * 0.8;
  });
}

/** Into a box with room for the labels, px. */
function fit(places: readonly Place[]): {
  readonly width: number;
  readonly height: number;
  readonly places: readonly Place[];
} {
  const xs = places.map(({ x }) => x);
  const ys = places.map(({ y }) => y);
  const [left, right] = [Math.min(...xs, 0), Math.max(...xs, 0)];
  const [top, bottom] = [Math.min(...ys, 0), Math.max(...ys, 0)];
  const scale = 70;
  const margin = { x: 52, y: 34 };
  const at = (value: number, from: number, pad: number): number =>
    Math.round(pad + (value - from) * scale);
  const own = {
    width: at(right, left, margin.x) + margin.x,
    height: at(bottom, top, margin.y) + margin.y,
  };
  // the picture is as wide as the page: of two nodes alone each would be as large as a hand
  const width = Math.max(own.width, LEAST_WIDTH);
  const aside = Math.round((width - own.width) / 2);
  return {
    width,
    height: own.height,
    places: places.map(({ x, y }) => ({
      x: at(x, left, margin.x) + aside,
      y: at(y, top, margin.y),
    })),
  };
}
