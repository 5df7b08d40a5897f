import { measureText, resolutionText } from '../../figures.ts';
import { data } from './state.ts';

const { measures } = data.report;

/** Figures with how exactly each is known, and from how much. */
export function Measures() {
  if (measures.length === 0) return null;
  const notes = [...new Set(measures.flatMap((measure) => measure.notes))];
  return (
    <section aria-labelledby="measures">
      <h2 id="measures">Measures</h2>
      <div class="scroll" tabIndex={0} role="group" aria-label="Figures">
        <table>
          <thead>
            <tr>
              <th scope="col">Measure</th>
              <th scope="col" class="num">
                Value
              </th>
              <th scope="col">Within</th>
              <th scope="col" class="num">
                n
              </th>
              <th scope="col">During</th>
            </tr>
          </thead>
          <tbody>
            {measures.map((measure) => (
              <tr key={measure.name}>
                <th scope="row">
                  {measure.name}
                  <span class="fault-kind">
                    {measure.form} of {measure.text}
                  </span>
                </th>
                <td class="num value">
                  {measureText(measure)}
                  {measure.notes.length > 0 && (
                    <sup>{measure.notes.map((note) => notes.indexOf(note) + 1).join(' ')}</sup>
                  )}
                </td>
                <td class="dim">{resolutionText(measure)}</td>
                <td class="num dim">{measure.n}</td>
                <td class="dim">{measure.window}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {notes.length > 0 && (
        <ol class="footnotes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ol>
      )}
    </section>
  );
}
