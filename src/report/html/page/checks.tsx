import { budgetText, marginText, msText, OUTCOME_WORDS, spanMsText } from '../../figures.ts';
import type { ReportCheck, ReportSpan } from '../../report.ts';
import { data, lookAt } from './state.ts';
import { glued } from './words.ts';

const { report, span: whole } = data;
/** more violations than this are in the strip, and not as buttons */
const MOST_BUTTONS = 5;

/** Every expectation with what was seen, what was allowed, and when it went wrong. */
export function Checks() {
  if (report.checks.length === 0) return null;
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">Checks</h2>
      <ul class="checks">
        {worstFirst(report.checks).map((check) => (
          <Check key={check.name} check={check} />
        ))}
      </ul>
    </section>
  );
}

const ORDER = { fail: 0, inconclusive: 1, known: 2, pass: 3 } as const;

function worstFirst(checks: readonly ReportCheck[]): readonly ReportCheck[] {
  return [...checks].sort((a, b) => ORDER[a.outcome] - ORDER[b.outcome]);
}

function Check({ check }: { readonly check: ReportCheck }) {
  const margin = marginText(check.margin);
  return (
    <li class={`check ${check.outcome}`}>
      <div class="check-what">
        <h3>
          <span class={`badge ${check.outcome}`}>{OUTCOME_WORDS[check.outcome]}</span>
          {check.name}
        </h3>
        <p class="observed">
          {glued(check.observed)}
          {margin !== '' && <span class="margin"> margin {glued(margin)}</span>}
        </p>
        <p class="expected">
          <code>{glued(check.expected)}</code>
        </p>
        {check.notes.map((note) => (
          <p class="note" key={note}>
            {glued(note)}
          </p>
        ))}
      </div>
      <div class="check-figures">
        {check.budget
          .filter(({ allowed }) => allowed > 0)
          .map((use) => (
            <Meter key={use.of} use={use} outcome={check.outcome} />
          ))}
        <Strip check={check} />
        <Violations violations={check.violations} />
      </div>
      {check.excerpt.length > 0 && (
        <details class="excerpt">
          <summary>What the wires said around the first violation</summary>
          <pre tabIndex={0}>
            {check.excerpt.map((line) => (
              <span key={line} class={lineClass(line)}>
                {`${line}\n`}
              </span>
            ))}
          </pre>
        </details>
      )}
    </li>
  );
}

function lineClass(line: string): string {
  if (line.includes(' ------ ')) return 'begins';
  return line.includes('  LOST') ? 'lost' : '';
}

interface MeterProps {
  readonly use: ReportCheck['budget'][number];
  readonly outcome: string;
}

/** What was spent of a budget; the line is what was allowed. */
function Meter({ use, outcome }: MeterProps) {
  const observed = use.observed ?? Infinity;
  const over = observed > use.allowed;
  const full =
    Math.max(use.allowed, Number.isFinite(observed) ? observed : use.allowed * 1.25) * 1.12;
  const share = Math.min(1, observed / full) * 100;
  const label = use.of === 'episodes' ? 'episodes' : use.of;
  return (
    <div class={`meter ${over ? 'over' : 'within'} ${outcome}`}>
      <span class="meter-name">{label}</span>
      <span class="meter-bar" aria-hidden="true">
        <span class="meter-fill" style={{ width: `${String(share)}%` }} />
        <span class="meter-limit" style={{ left: `${String((use.allowed / full) * 100)}%` }} />
      </span>
      <span class="meter-text">{useText(use)}</span>
    </div>
  );
}

function useText(use: ReportCheck['budget'][number]): string {
  if (use.unit === 'episodes') return `${String(use.observed ?? 0)} of ${String(use.allowed)}`;
  const seen = use.observed === null ? 'never' : msText(use.observed);
  return `${seen} of ${msText(use.allowed)}`;
}

/** The whole run as a strip: the window that was judged, and what went wrong in it. */
function Strip({ check }: { readonly check: ReportCheck }) {
  const { window, violations } = check;
  if (window === null) return null;
  const width = whole.toMs - whole.fromMs;
  const x = (ms: number): number => ((ms - whole.fromMs) / width) * 400;
  const path = violations
    .map(
      ({ fromMs, toMs }) =>
        `M${at(x(fromMs))} 1h${at(Math.max(1.5, x(toMs) - x(fromMs)))}v10h-${at(Math.max(1.5, x(toMs) - x(fromMs)))}z`,
    )
    .join('');
  const said = `judged ${spanMsText(window)}; ${budgetText(check.budget) || check.observed}`;
  return (
    <svg class="strip" viewBox="0 0 400 12" preserveAspectRatio="none" role="img" aria-label={said}>
      <rect class="strip-run" x="0" y="5" width="400" height="2" />
      <rect
        class="strip-window"
        x={at(x(window.fromMs))}
        y="3"
        width={at(Math.max(2, x(window.toMs) - x(window.fromMs)))}
        height="6"
      />
      {path !== '' && <path class="strip-bad" d={path} />}
    </svg>
  );
}

function at(px: number): string {
  return px.toFixed(1);
}

function Violations({ violations }: { readonly violations: readonly ReportSpan[] }) {
  if (violations.length === 0) return null;
  const more = violations.length - MOST_BUTTONS;
  return (
    <p class="when">
      {violations.slice(0, MOST_BUTTONS).map((violation) => (
        <button
          type="button"
          key={violation.fromMs}
          aria-label={`Show the violation at ${spanMsText(violation)} in the timeline`}
          onClick={() => {
            lookAt(violation);
          }}
        >
          {spanMsText({ fromMs: violation.fromMs, toMs: violation.fromMs })}
        </button>
      ))}
      {more > 0 && <span>and {more} more</span>}
    </p>
  );
}
