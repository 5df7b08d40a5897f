import type { ComponentChildren } from 'preact';
import { countText } from '../../../check/words.ts';
import { kernelText, OUTCOME_WORDS, paceText } from '../../figures.ts';
import { data } from './state.ts';
import { glued } from './words.ts';

const { report } = data;

/** The verdict in a sentence, and the four axes that it is made of. */
export function Hero() {
  const { run, verdict } = report;
  return (
    <header class={`hero ${verdict.outcome}`}>
      <div class="hero-in">
        <p class="brand">
          <span class="mark" aria-hidden="true" /> chaos <span class="sep">/</span> {run.id}
        </p>
        <div class="title">
          <h1>{run.scenario}</h1>
          <span class={`pill ${verdict.outcome}`}>{OUTCOME_WORDS[verdict.outcome]}</span>
        </div>
        {run.about !== '' && <p class="about">{run.about}</p>}
        <p class="verdict">{glued(sentence(verdict.reason))}</p>
        {verdict.details.length > 0 && (
          <pre class="details" tabIndex={0}>
            {verdict.details.join('\n')}
          </pre>
        )}
        <dl class="axes">
          <Axis name="Checks" outcome={verdict.checks}>
            {checksText()}
          </Axis>
          <Axis name="Dose" outcome={report.dose.outcome}>
            {DOSE[report.dose.outcome]}
          </Axis>
          <Axis name="Host" outcome={report.host.outcome}>
            {HOST[report.host.outcome]}
          </Axis>
          <Axis name="Afterwards" outcome={report.clean.outcome}>
            {CLEAN[report.clean.outcome]}
          </Axis>
        </dl>
        <Problems />
        <p class="ran">
          {glued(paceText(run))} · {kernelText(run)} · seed {run.seed}
          {run.variant.length > 0 && ` · ${run.variant.join(', ')}`}
          {run.noFaults && ' · control run, no faults'}
        </p>
      </div>
    </header>
  );
}

const DOSE = {
  delivered: 'delivered as asked',
  'not-delivered': 'not as asked',
  'not-asked': 'nothing was injected',
  unknown: 'not measured',
} as const;
const HOST = { valid: 'fast enough', spoiled: 'spoiled the run', unknown: 'not watched' } as const;
const CLEAN = {
  clean: 'left as found',
  'not-clean': 'something was left behind',
  unknown: 'not compared',
} as const;

const TONES: Readonly<Record<string, 'good' | 'bad' | 'unsure' | 'quiet'>> = {
  pass: 'good',
  delivered: 'good',
  valid: 'good',
  clean: 'good',
  fail: 'bad',
  'not-clean': 'bad',
  inconclusive: 'unsure',
  'not-delivered': 'unsure',
  spoiled: 'unsure',
};

interface AxisProps {
  readonly name: string;
  readonly outcome: string;
  readonly children: ComponentChildren;
}

function Axis({ name, outcome, children }: AxisProps) {
  return (
    <div class={`axis ${TONES[outcome] ?? 'quiet'}`}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function checksText(): string {
  const { checks } = report;
  if (checks.length === 0) return 'nothing expected';
  const held = checks.filter(({ outcome }) => outcome === 'pass').length;
  const known = checks.filter(({ outcome }) => outcome === 'known').length;
  const text = `${String(held)} of ${countText(checks.length, 'check')} held`;
  return known === 0 ? text : `${text}, ${String(known)} known`;
}

function Problems() {
  const problems = [...report.dose.problems, ...report.host.problems, ...report.clean.left];
  if (problems.length === 0) return null;
  return (
    <ul class="problems">
      {problems.map((problem) => (
        <li key={problem}>{problem}</li>
      ))}
    </ul>
  );
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}
