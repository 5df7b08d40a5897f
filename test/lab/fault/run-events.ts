import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import type { NodeFaultActed, RunEvent } from '../../../src/run/events.ts';
import type { JournalEntry } from '../../../src/undo/journal.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

export type Acted = NodeFaultActed & { readonly t: number };

/** A scenario of this directory, run to its end in the embedded kernel by the built CLI, with what it left. */
export class RunEvents {
  readonly code: number | null;
  readonly output: string;
  readonly events: readonly RunEvent[];
  readonly journal: readonly JournalEntry[];
  /** 'r1/keepalived' -> what it logged */
  readonly logs: ReadonlyMap<string, string>;

  constructor(scenario: string, ...more: readonly string[]) {
    const out = mkdtempSync(join(tmpdir(), 'chaos-test-'));
    try {
      const file = join(root, 'test/lab/fault', scenario);
      const where = ['--kernel', 'embedded', '--clock', 'warp'];
      const argv = [join(root, 'dist/cli/main.js'), 'run', file, ...where, '--quiet', '--out', out];
      const done = spawnSync(process.execPath, [...argv, ...more], { cwd: root, encoding: 'utf8' });
      this.code = done.status;
      this.output = done.stdout + done.stderr;
      const lines = (name: string): unknown[] =>
        readFileSync(join(out, name), 'utf8')
          .trimEnd()
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as unknown);
      this.events = lines('events.ndjson') as RunEvent[];
      this.logs = new Map(
        globSync('logs/**/*.log', { cwd: out }).map((path) => [
          path.replace(/^logs\/|\.log$/gu, ''),
          readFileSync(join(out, path), 'utf8'),
        ]),
      );
      this.journal = lines('undo.ndjson') as JournalEntry[];
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
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

  /** What a step's command said. */
  said(step: string): string {
    return /^[^:]*: [^:]*: (.*)$/u.exec(this.acted(step).readBack)?.[1] ?? '';
  }
}
