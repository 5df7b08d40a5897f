import assert from 'node:assert/strict';
import { frameFate, frameStories } from '../../../src/report/frames.ts';
import { tracksOf } from '../../../src/report/html/tracks.ts';
import type { RunEvent } from '../../../src/run/events.ts';
import { flakyWanRun } from '../../golden/flaky-wan-run.ts';

const S = 1e9;
const frame = (s: number, stage: 'in' | 'out', summary = 'hello', direction: 'a>b' | 'b>a' = 'a>b'): RunEvent => ({
  t: s * S,
  type: 'frame',
  protocol: 'vrrp',
  link: 'dci',
  direction,
  stage,
  summary,
}); // prettier-ignore
const end: RunEvent = { t: 100 * S, type: 'phase', phase: 'tear-down' };
const fates = (...events: RunEvent[]): string[] => frameStories([...events, end]).map(frameFate);

describe('frameStories', () => {
  it('is one story for a frame that entered and left, with the time that it took', () => {
    assert.deepEqual(fates(frame(1, 'in'), frame(1.02, 'out')), ['passed after 20 ms']);
    assert.deepEqual(fates(frame(1, 'in'), frame(1.0000005, 'out')), ['passed']);
  });

  it('knows which of several like frames was lost: the one after which none came out', () => {
    const story = fates(frame(1, 'in'), frame(2, 'in'), frame(2.02, 'out'), frame(3, 'in'));
    assert.deepEqual(story, ['lost', 'passed after 20 ms', 'lost']);
  });

  it('does not mix directions, links or contents', () => {
    const story = fates(
      frame(1, 'in'),
      frame(1.02, 'out', 'hello', 'b>a'),
      frame(1.03, 'out', 'x'),
    );
    assert.deepEqual(story, ['lost', 'passed', 'passed']);
  });

  it('does not take a frame that leaves much later for one that entered', () => {
    assert.deepEqual(fates(frame(1, 'in'), frame(50, 'out')), ['lost', 'passed']);
  });

  it('says nothing of a frame whose leaving the capture may have missed', () => {
    const gap: RunEvent = { t: 6 * S, type: 'gap', source: 'capture', lost: 9, since: 5 * S };
    assert.deepEqual(fates(frame(4, 'in'), gap, frame(7, 'in')), ['', 'lost']);
  });

  it('does not call lost what may have left where not all frames were written', () => {
    const { link, direction } = frame(1, 'in') as { link: string; direction: 'a>b' | 'b>a' };
    const at = { link, direction, stage: 'out' } as const;
    const leftOut: RunEvent = { t: 6 * S, type: 'frames-left-out', ...at, count: 9, since: 5 * S };
    assert.deepEqual(fates(frame(4, 'in'), leftOut, frame(7, 'in')), ['', 'lost']);
    const elsewhere: RunEvent = { ...leftOut, link: 'another' };
    assert.deepEqual(fates(frame(4, 'in'), elsewhere, frame(7, 'in')), ['lost', 'lost']);
  });

  it('says nothing of a frame that may still be under way at the end', () => {
    assert.deepEqual(fates(frame(99, 'in')), ['']);
  });
});

describe('tracksOf', () => {
  const { plan } = flakyWanRun(1).run;

  it('counts what passed and what did not, on links with faults alone', () => {
    const elsewhere = { ...frame(5, 'in'), link: 'core' } as RunEvent;
    const events = [frame(1, 'in'), frame(1.02, 'out'), frame(2, 'in'), elsewhere, end];
    assert.deepEqual(tracksOf(frameStories(events), plan, 0), [
      {
        name: 'vrrp, sw-a to sw-b',
        about: 'sw-a:eth3 -> sw-b:eth3',
        summary: '2 frames, 1 lost',
        passedMs: [1000],
        lostMs: [2000],
      },
    ]);
  });

  it('draws every lost frame, however many passed', () => {
    const many = Array.from({ length: 9000 }, (_, i) => frame(i / 100, 'out'));
    const [track] = tracksOf(frameStories([...many, frame(1, 'in', 'lost one'), end]), plan, 0);
    assert.deepEqual(track?.lostMs, [1000]);
    assert.equal(track.passedMs.length, 3000);
    assert.equal(track.summary, '9001 frames, 1 lost');
  });
});
