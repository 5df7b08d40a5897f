import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import type { NodeFaultActed, RunEvent } from '../../../src/run/events.ts';
import type { RunFile } from '../../../src/run/run-file.ts';
import type { JournalEntry } from '../../../src/undo/journal.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

export type Acted = NodeFaultActed & { readonly t: number };

/** A scenario, run to its end in the embedded kernel by the built CLI, with what it left. */
export class RunEvents {
  readonly code: number | null;
  readonly output: string;
  readonly events: readonly RunEvent[];
  readonly journal: readonly JournalEntry[];
  /** 'r1/keepalived' -> what it logged */
  readonly logs: ReadonlyMap<string, string>;
  readonly #plan: RunFile['plan'];

  /** @param scenario a file of this directory, or what would stand in one (with absolute paths) */
  constructor(scenario: string | object, ...more: readonly string[]) {
    const out = mkdtempSync(join(tmpdir(), 'chaos-test-'));
    const written = `${out}.yml`;
    try {
      if (typeof scenario === 'object') writeFileSync(written, JSON.stringify(scenario));
      const file = typeof scenario === 'object' ? written : join(root, 'test/lab/fault', scenario);
      const where = ['--kernel', 'embedded', '--clock', 'warp', '--seed', '1'];
      const argv = [join(root, 'dist/cli/main.js'), 'run', file, ...where, '--quiet', '--out', out];
      const done = spawnSync(process.execPath, [...argv, ...more], { cwd: root, encoding: 'utf8' });
      this.code = done.status;
      this.output = done.stdout + done.stderr;
      const text = (name: string): string => readFileSync(join(out, name), 'utf8');
      const lines = (name: string): unknown[] =>
        text(name)
          .trimEnd()
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as unknown);
      this.events = lines('events.ndjson') as RunEvent[];
      this.logs = new Map(
        globSync('logs/**/*.log', { cwd: out }).map((path) => [
          path.replace(/^logs\/|\.log$/gu, ''),
          text(path),
        ]),
      );
      this.journal = lines('undo.ndjson') as JournalEntry[];
      this.#plan = (JSON.parse(text('run.json')) as RunFile).plan;
    } finally {
      rmSync(out, { recursive: true, force: true });
      rmSync(written, { force: true });
    }
  }

  /** Nothing crashed, every command ended as it should, all that was done in nodes is undone. */
  endedWell(): void {
    assert.ok(this.code === 0 || this.code === 2, this.output);
    const failed = this.events.filter(
      (event) => event.type === 'act' && event.rc !== event.expected,
    );
    assert.deepEqual(failed, []);
    this.nothingLeft();
  }

  /** All that was done in nodes is undone. */
  nothingLeft(): void {
    assert.ok(this.events.every((event) => event.type !== 'not-undone'));
    const undone = this.journal.filter(({ state }) => state === 'undone');
    const planned = this.journal.filter(({ state }) => state === 'planned');
    assert.equal(undone.length, planned.length);
  }

  /** The kinds of faults that came into force. */
  injectedKinds(): ReadonlySet<string> {
    const begun = new Set(
      this.events.flatMap((event) =>
        event.type === 'edge' && event.edge === 'start' ? [event.step] : [],
      ),
    );
    const steps = this.#plan.steps.filter(({ id }) => begun.has(id));
    return new Set(steps.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  }

  /** What a step did to nodes at one of its ends; fails where it was not done. */
  acted(step: string, edge: 'on' | 'off' = 'on'): Acted {
    const found = this.events.find(
      (event) => event.type === 'node-fault' && event.step === step && event.edge === edge,
    );
    assert.ok(found?.type === 'node-fault', `${step} ${edge} did nothing:\n${this.output}`);
    assert.deepEqual(found.problems, [], step);
    return found;
  }

  /** What a step's command said (`exec`). */
  said(step: string): string {
    return /^[^:]*: [^:]*: (.*)$/u.exec(this.acted(step).readBack)?.[1] ?? '';
  }

  /** What an operator's command said (`act`). */
  told(step: string): string {
    const found = this.events.find((event) => event.type === 'act' && event.step === step);
    assert.ok(found?.type === 'act', `${step} was not done:\n${this.output}`);
    return found.output;
  }

  /** The frames that met a fault's rule, and those that it took. */
  dose(step: string): { readonly seen: number; readonly hit: number } {
    const found = this.events.find((event) => event.type === 'dose' && event.step === step);
    assert.ok(found?.type === 'dose', `${step} has no dose`);
    return found;
  }
}
