import { useState } from 'preact/hooks';
import { commandText, msText } from '../../figures.ts';
import { data } from './state.ts';

const { report } = data;

/** How to run it again, and what it was made of. */
export function Facts() {
  const { run } = report;
  const rows: readonly (readonly [string, string])[] = [
    ['Scenario', run.file],
    [
      'Lab',
      `${run.lab.file} (${String(run.lab.nodes)} nodes, ${String(run.lab.links)} ${run.lab.links === 1 ? 'link' : 'links'})`,
    ],
    ['Started', run.startedAt],
    ['Lab time', msText(run.durationMs)],
    ['Wall time', run.wallMs === null ? 'not recorded' : msText(run.wallMs)],
    ['Kernel and clock', `${run.kernel}, ${run.clock}${run.why === '' ? '' : `: ${run.why}`}`],
    ['Driver', run.driver],
    ['Seed', String(run.seed)],
    ['Digest of the events', report.digest],
    ...Object.entries(run.build).map(([name, value]) => [`Build: ${name}`, value] as const),
    ...Object.entries(run.versions).map(([name, value]) => [`Version: ${name}`, value] as const),
    ...(run.git === null
      ? []
      : [['Git', `${run.git.head}${run.git.dirty ? ', changed' : ''}`] as const]),
  ];
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">Run it again</h2>
      <Command />
      {report.notes.length > 0 && (
        <ul class="notes">
          {report.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <dl class="facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Command() {
  const command = commandText(report.run.command);
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    // a page from file:// may have no clipboard: the text can be selected all the same
    const clipboard = navigator.clipboard as Clipboard | undefined;
    void clipboard?.writeText(command).then(() => {
      setCopied(true);
    });
  };
  return (
    <div class="command">
      <code>{command}</code>
      <button type="button" onClick={copy}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}
