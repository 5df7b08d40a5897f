import { cursorMs, data } from './state.ts';

const { topology, steps } = data;

/** The lab, with the links that a fault acts on at the moment under the cursor, or at any time. */
export function Topology() {
  if (topology.nodes.length < 2) return null;
  const at = cursorMs.value;
  const now = new Set(
    steps
      .filter(({ active }) =>
        active.some(({ fromMs, toMs }) => at !== null && at >= fromMs && at < toMs),
      )
      .map(({ id }) => id),
  );
  const place = new Map(topology.nodes.map((node) => [node.name, node]));
  const groups = [...new Set(topology.nodes.map(({ group }) => group))].sort();
  return (
    <section aria-labelledby="lab">
      <h2 id="lab">Lab</h2>
      <svg
        class="topology"
        viewBox={`0 0 ${String(topology.width)} ${String(topology.height)}`}
        role="img"
        aria-label={`${String(topology.nodes.length)} nodes; faults act on ${faulted()}`}
      >
        {topology.links.map((link) => {
          const [a, b] = [place.get(link.a), place.get(link.b)];
          if (a === undefined || b === undefined) return null;
          const isNow = link.steps.some((step) => now.has(step));
          const kind = isNow ? 'now' : link.steps.length > 0 ? 'faulted' : '';
          return (
            <g key={link.id} class={`edge ${kind}`}>
              <line x1={a.x} y1={a.y} x2={b.x} y2={b.y} />
              {link.steps.length > 0 && <LinkName id={link.id} a={a} b={b} />}
            </g>
          );
        })}
        {topology.nodes.map((node) => (
          <g key={node.name} class={`node group-${String(groups.indexOf(node.group) % 4)}`}>
            <circle cx={node.x} cy={node.y} r="11" />
            <text x={node.x} y={node.y + 25}>
              {node.name}
            </text>
            {node.image !== 'linux' && node.image !== '' && (
              <text class="node-image" x={node.x} y={node.y + 37}>
                {node.image}
              </text>
            )}
          </g>
        ))}
      </svg>
    </section>
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Beside the middle of the link: above one that lies, to the right of one that stands. */
function LinkName({ id, a, b }: { readonly id: string; readonly a: Point; readonly b: Point }) {
  const length = Math.max(1, Math.hypot(b.x - a.x, b.y - a.y));
  const [across, down] = [Math.abs(b.y - a.y) / length, Math.abs(b.x - a.x) / length];
  const anchor = across > 0.5 ? 'start' : 'middle';
  return (
    <text
      x={(a.x + b.x) / 2 + 9 * across}
      y={(a.y + b.y) / 2 - 9 * down + 4 * across}
      text-anchor={anchor}
    >
      {id}
    </text>
  );
}

function faulted(): string {
  const ids = topology.links.filter((link) => link.steps.length > 0).map(({ id }) => id);
  return ids.length === 0 ? 'no link' : ids.join(', ');
}
