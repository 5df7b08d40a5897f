import { useState } from 'preact/hooks';
import type { PageLine } from '../page-data.ts';
import { momentLabel } from './scale.ts';
import { cursorMs, data, domain } from './state.ts';

/** rows on the page at a time: the rest is a click on the timeline away */
const MOST_ROWS = 120;

/** What happened in the part of the run that the timeline shows. */
export function Log() {
  const [words, setWords] = useState('');
  const [frames, setFrames] = useState(false);
  const { fromMs, toMs } = domain.value;
  const wanted = words.toLowerCase();
  const found = data.log.filter(
    ({ t, kind, text }) =>
      t >= fromMs &&
      t <= toMs &&
      (frames || kind !== 'frame') &&
      (wanted === '' || text.toLowerCase().includes(wanted)),
  );
  const shown = found.slice(0, MOST_ROWS);
  return (
    <section aria-labelledby="log">
      <h2 id="log">What happened</h2>
      <div class="log-tools">
        <label>
          Find{' '}
          <input
            type="search"
            value={words}
            onInput={(event) => {
              setWords(event.currentTarget.value);
            }}
          />
        </label>
        <label class="tick">
          <input
            type="checkbox"
            checked={frames}
            onChange={(event) => {
              setFrames(event.currentTarget.checked);
            }}
          />{' '}
          control frames
        </label>
        <span class="count" role="status">
          {countOf(found.length, shown.length)}
        </span>
      </div>
      <Lines lines={shown} />
      {data.logLeftOut > 0 && (
        <p class="note">{data.logLeftOut} control frames are only in events.ndjson.</p>
      )}
    </section>
  );
}

function Lines({ lines }: { readonly lines: readonly PageLine[] }) {
  return (
    <div class="scroll log" tabIndex={0} role="group" aria-label="Lines of the log">
      <table>
        <thead class="hidden">
          <tr>
            <th scope="col">Lab time</th>
            <th scope="col">Kind</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, i) => (
            <Line key={`${String(line.t)} ${String(i)}`} line={line} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ line }: { readonly line: PageLine }) {
  return (
    <tr class={line.kind}>
      <td class="num">
        <button
          type="button"
          class="link"
          onClick={() => {
            cursorMs.value = line.t;
          }}
        >
          {momentLabel(line.t, { fromMs: 0, toMs: 1000 })}
        </button>
      </td>
      <td class="kind">{line.kind}</td>
      <td>{line.text}</td>
    </tr>
  );
}

function countOf(found: number, shown: number): string {
  if (found === 0) return 'nothing in this part of the run';
  if (found === shown) return `${String(found)} lines`;
  return `the first ${String(shown)} of ${String(found)} lines: zoom in to see the rest`;
}
