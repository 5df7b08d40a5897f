import assert from 'node:assert/strict';
import type { Frame } from '../../../src/observe/decode/frame.ts';
import type { EventLog } from '../../../src/run/event-log.ts';
import type { RunEvent, RunEventBody } from '../../../src/run/events.ts';
import { FrameLog } from '../../../src/run/frame-log.ts';

function frame(tNs: number, stage: 'in' | 'out' = 'in'): Frame {
  return {
    tNs, link: 'dci', direction: 'a>b', stage, sourceMac: '', destinationMac: '',
    body: { protocol: 'arp', operation: 'request', senderMac: '', senderIp: '', targetIp: '' },
  }; // prettier-ignore
}

describe('FrameLog', () => {
  const events: RunEvent[] = [];
  const add = (t: number, body: RunEventBody): void => void events.push({ t, ...body });
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  beforeEach(() => {
    events.length = 0;
  });

  it('writes a hundred a second at each end, and then says how many more there were', () => {
    const log = new FrameLog({ add } as unknown as EventLog);
    for (let k = 0; k < 250; k++) log.add(frame(5e9 + k * 1e6));
    for (let k = 0; k < 90; k++) log.add(frame(5e9 + k * 1e6, 'out'));
    assert.equal(count('frame'), 190);
    assert.equal(count('frames-left-out'), 0);
    log.add(frame(6.5e9));
    assert.equal(count('frame'), 191);
    const at = { link: 'dci', direction: 'a>b', stage: 'in' } as const;
    assert.deepEqual(events.at(-2), {
      t: 6.5e9, type: 'frames-left-out', ...at, count: 150, since: 5.1e9,
    }); // prettier-ignore
  });

  it('says at the end what is left to be said, once', () => {
    const log = new FrameLog({ add } as unknown as EventLog);
    for (let k = 0; k < 101; k++) log.add(frame(5e9));
    log.close(9e9);
    log.close(9e9);
    assert.equal(count('frames-left-out'), 1);
  });
});
