import { useState } from 'preact/hooks';
import type { PageTrack } from '../page-data.ts';
import { scaleOf, type Scale } from './scale.ts';
import { data, domain } from './state.ts';

const TRACK_PX = 22;
/** these carry the story; the others are a click away */
const SHOWN = 3;

/** Control frames on the links with faults: a short tick came through, a tall one did not. */
export function Tracks({ width }: { readonly width: number }) {
  const { tracks } = data;
  const [open, setOpen] = useState(tracks.length <= SHOWN + 1);
  const shown = open ? tracks : tracks.slice(0, SHOWN);
  return (
    <>
      {shown.map((track) => (
        <Track key={track.name} track={track} width={width} />
      ))}
      {tracks.length > SHOWN + 1 && (
        <div class="tl-row more">
          <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'fewer frames' : `${String(tracks.length - SHOWN)} more kinds of frame`}
          </button>
        </div>
      )}
    </>
  );
}

function Track({ track, width }: { readonly track: PageTrack; readonly width: number }) {
  const x = scaleOf(domain.value, width);
  return (
    <div class="tl-row lane">
      <div class="tl-label" title={track.about}>
        <span class="lane-name">{track.name}</span>
      </div>
      <svg
        width={width}
        height={TRACK_PX}
        role="img"
        aria-label={`${track.name}: ${track.summary}`}
      >
        <path class="tick-passed" d={ticks(track.passedMs, x, width, [8, 6])} />
        <path class="tick-lost" d={ticks(track.lostMs, x, width, [3, 16])} />
      </svg>
    </div>
  );
}

function ticks(
  timesMs: readonly number[],
  x: Scale,
  width: number,
  [top, height]: readonly [number, number],
): string {
  let path = '';
  for (const ms of timesMs) {
    const at = x(ms);
    if (at >= -1 && at <= width + 1) path += `M${at.toFixed(1)} ${String(top)}v${String(height)}`;
  }
  return path;
}
