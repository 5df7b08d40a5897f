import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventLog } from '../../../src/run/event-log.ts';
import type { RunEvent } from '../../../src/run/events.ts';

describe('EventLog', () => {
  let directory: string;
  let written: RunEvent[];
  let log: EventLog;
  const path = (): string => join(directory, 'events.ndjson');
  const lines = (): RunEvent[] =>
    readFileSync(path(), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as RunEvent);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'chaos-log-'));
    written = [];
    log = new EventLog(path(), (event) => written.push(event));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('holds everything back until it is known when t = 0 is', () => {
    log.add(1e9, { type: 'phase', phase: 'set-up' });
    log.flush(50e9);
    assert.deepEqual(lines(), []);
    log.startAt(40e9);
    log.flush(50e9);
    assert.deepEqual(lines(), [{ t: -39e9, type: 'phase', phase: 'set-up' }]);
    log.close(50e9);
  });

  it('moves the moments inside an event as well', () => {
    log.startAt(10e9);
    log.add(12e9, { type: 'signal', signal: 'u.ok', value: false, since: 11e9 });
    log.add(13e9, {
      type: 'edge',
      step: 's',
      edge: 'on',
      scheduled: 13e9,
      from: 13e9,
      to: 13e9 + 7,
    });
    log.close(14e9);
    assert.deepEqual(lines(), [
      { t: 2e9, type: 'signal', signal: 'u.ok', value: false, since: 1e9 },
      { t: 3e9, type: 'edge', step: 's', edge: 'on', scheduled: 3e9, from: 3e9, to: 3e9 + 7 },
    ]);
  });

  it('puts events that arrive late into order, and equal times in order of arrival', () => {
    log.startAt(0);
    log.add(3e9, { type: 'ready' });
    log.add(2e9, { type: 'phase', phase: 'timeline' });
    log.add(3e9, { type: 'phase', phase: 'recovery' });
    log.close(4e9);
    assert.deepEqual(
      lines().map((e) => [e.t, e.type === 'phase' ? e.phase : e.type]),
      [
        [2e9, 'timeline'],
        [3e9, 'ready'],
        [3e9, 'recovery'],
      ],
    );
  });

  it('keeps the last half second back, so that a late report still finds its place', () => {
    log.startAt(0);
    log.add(9.4e9, { type: 'ready' });
    log.add(9.8e9, { type: 'ready' });
    log.flush(10e9);
    assert.equal(lines().length, 1);
    log.close(10e9);
    assert.equal(lines().length, 2);
  });

  it('gives the digest of the file and tells of each event that it wrote', () => {
    log.startAt(0);
    log.add(1, { type: 'ready' });
    log.add(2, { type: 'run-ended', reason: 'completed' });
    const digest = log.close(3);
    assert.equal(digest, createHash('sha256').update(readFileSync(path())).digest('hex'));
    assert.deepEqual(written, lines());
  });

  it('a run that never was ready counts back from its end', () => {
    log.add(5e9, { type: 'phase', phase: 'set-up' });
    log.close(30e9);
    assert.equal(lines()[0]?.t, -25e9);
  });
});
