import { useEffect, useState } from 'preact/hooks';
import { cursorMs, domain, showAll, showSpan, zoom } from './state.ts';

/** px over the ruler, from and to */
export interface Selection {
  readonly from: number;
  readonly to: number;
}

interface Ref {
  readonly current: HTMLElement | null;
}

/** less than this is a click */
const SHORTEST_DRAG_PX = 6;

/** The mouse over the timeline: it moves the cursor; a drag selects and zooms; a double click shows the whole run. */
export function useDrag(body: Ref, ruler: Ref): Selection | null {
  const [selection, setSelection] = useState<Selection | null>(null);
  useEffect(() => {
    const element = body.current;
    const scale = ruler.current;
    if (element === null || scale === null) return undefined;
    let fromPx: number | null = null;
    const place = (event: MouseEvent): Place => placeOn(scale, event);
    const down = (event: PointerEvent): void => {
      const onControl = event.target instanceof Element && event.target.closest('button, input');
      const { px, inside } = place(event);
      if (event.button !== 0 || event.pointerType === 'touch' || onControl || !inside) return;
      fromPx = px;
      event.preventDefault();
      element.setPointerCapture(event.pointerId);
    };
    const move = (event: PointerEvent): void => {
      const { px, ms, inside } = place(event);
      if (fromPx !== null) setSelection({ from: Math.min(fromPx, px), to: Math.max(fromPx, px) });
      if (inside) cursorMs.value = ms;
    };
    const up = (event: PointerEvent): void => {
      const { px, ms } = place(event);
      const start = fromPx;
      fromPx = null;
      setSelection(null);
      if (start === null || Math.abs(px - start) < SHORTEST_DRAG_PX) {
        cursorMs.value = ms;
        return;
      }
      const { fromMs, toMs } = domain.peek();
      const width = Math.max(1, scale.getBoundingClientRect().width);
      const other = fromMs + (start / width) * (toMs - fromMs);
      showSpan({ fromMs: Math.min(other, ms), toMs: Math.max(other, ms) });
    };
    const wheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.25 : 0.8, place(event).ms);
    };
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', up);
    element.addEventListener('dblclick', showAll);
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', up);
      element.removeEventListener('dblclick', showAll);
      element.removeEventListener('wheel', wheel);
    };
  }, [body, ruler]);
  return selection;
}

interface Place {
  readonly px: number;
  readonly ms: number;
  readonly inside: boolean;
}

function placeOn(scale: HTMLElement, event: MouseEvent): Place {
  const box = scale.getBoundingClientRect();
  const raw = event.clientX - box.left;
  const px = Math.max(0, Math.min(raw, box.width));
  const { fromMs, toMs } = domain.peek();
  const ms = fromMs + (px / Math.max(1, box.width)) * (toMs - fromMs);
  return { px, ms, inside: raw >= 0 && raw <= box.width };
}
