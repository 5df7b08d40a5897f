import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageLane } from '../page-data.ts';
import { Axis, Cursor, Shades, Steps } from './frame.tsx';
import { Lane } from './lane.tsx';
import { Plot } from './plot.tsx';
import { Tracks } from './tracks.tsx';
import { useDrag } from './drag.ts';
import { momentLabel } from './scale.ts';
import { cursorMs, data, domain, isZoomed, lookAt, showAll, zoom } from './state.ts';

/** Faults shaded behind every signal, on one scale of lab time; drag to look closer. */
export function Timeline() {
  const body = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLDivElement>(null);
  const width = useWidth(ruler);
  const selection = useDrag(body, ruler);
  return (
    <section aria-labelledby="timeline" class="timeline">
      <h2 id="timeline">Timeline</h2>
      <Tools />
      <div class="tl" ref={body}>
        <div class="tl-ruler" ref={ruler} />
        {width > 0 && (
          <>
            <Shades width={width} />
            <Axis width={width} />
            <Steps width={width} />
            <Tracks width={width} />
            <Lanes width={width} />
            {data.plots.map((plot) => (
              <Plot key={plot.name} plot={plot} width={width} />
            ))}
            <Cursor width={width} selection={selection} />
          </>
        )}
      </div>
      <p class="hint">
        Drag over the timeline to zoom in. The slider moves the cursor; values at the cursor stand
        beside each name. Of the control frames on links with faults, a tall mark is one that did
        not come out. Red under a signal is what a check did not allow.
      </p>
    </section>
  );
}

function Tools() {
  return (
    <div class="tools" role="group" aria-label="What the timeline shows">
      <button type="button" onClick={showAll} disabled={!isZoomed.value}>
        Whole run
      </button>
      <button type="button" aria-label="Zoom in" onClick={() => zoom(0.5)}>
        +
      </button>
      <button
        type="button"
        aria-label="Zoom out"
        onClick={() => zoom(2)}
        disabled={!isZoomed.value}
      >
        −
      </button>
      <span class="gap" />
      {data.steps.slice(0, 12).map((step) => (
        <button
          type="button"
          class="step"
          key={step.id}
          onClick={() => {
            lookAt(step.span);
          }}
        >
          {step.id}
        </button>
      ))}
      <CursorTime />
    </div>
  );
}

function CursorTime() {
  const at = cursorMs.value;
  return <output class="at">{at === null ? '' : momentLabel(at, domain.value)}</output>;
}

/** Lanes by the observer or probe that they belong to; those that nobody asked about are a click away. */
function Lanes({ width }: { readonly width: number }) {
  const owners = [...new Set(data.lanes.map(({ owner }) => owner))];
  return (
    <>
      {owners.map((owner) => (
        <Owner
          key={owner}
          name={owner}
          lanes={data.lanes.filter((lane) => lane.owner === owner)}
          width={width}
        />
      ))}
    </>
  );
}

interface OwnerProps {
  readonly name: string;
  readonly lanes: readonly PageLane[];
  readonly width: number;
}

function Owner({ name, lanes, width }: OwnerProps) {
  const asked = lanes.filter((lane) => lane.asked);
  const others = lanes.filter((lane) => !lane.asked);
  const few = asked.length === 0 ? 1 : 2;
  const [open, setOpen] = useState(others.length <= few);
  const shown = open ? [...asked, ...others] : asked;
  return (
    <>
      {shown.map((lane, i) => (
        <Lane key={lane.name} lane={lane} width={width} first={i === 0} />
      ))}
      {others.length > few && (
        <div class="tl-row more">
          <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'fewer of' : `${String(others.length)} more of`} {name}
          </button>
        </div>
      )}
    </>
  );
}

/** The width of an element, px; it follows the window and the paper. */
function useWidth(ref: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const measure = (): void => {
      setWidth(Math.floor(element.getBoundingClientRect().width));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => {
      observer.disconnect();
    };
  }, [ref]);
  return width;
}
