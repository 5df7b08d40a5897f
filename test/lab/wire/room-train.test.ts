import assert from 'node:assert/strict';
import type { WireWant } from '../../../src/wire/want.ts';
import { RoomLab } from './room-lab.ts';

/** Probe packets given to the kernel ahead of their time, on the host's kernel. Needs root, and Linux 6.5. */

const CUT: WireWant = { link: 'l1', direction: 'a>b', fault: 'f', kind: 'cut' };

describe('the wire room with a train of probe packets', function () {
  this.timeout(60_000);
  let lab: RoomLab;

  before(function () {
    if (process.getuid?.() !== 0) this.skip();
  });

  async function start(): Promise<void> {
    lab = await RoomLab.start({ sendAhead: true });
    await lab.room.addWires([lab.spec('l1', 'n1', 'n2')]);
    lab.ip('n1', 'addr', 'add', '10.0.0.1/24', 'dev', 'eth1');
    lab.ip('n2', 'addr', 'add', '10.0.0.2/24', 'dev', 'eth1');
    // the first packet must not wait for ARP
    const mac = lab.link('n2')?.mac ?? '';
    lab.ip('n1', 'neigh', 'replace', '10.0.0.2', 'lladdr', mac, 'dev', 'eth1');
    const { send, receive } = lab.udp('n1', 'n2', '10.0.0.2', 7000);
    lab.room.startBeat({
      id: 'b', sendFd: send, receiveFd: receive, firstAtNs: lab.room.now(), intervalNs: 1e6,
      packet: new Uint8Array(64), sendOffset: 4, receiveOffset: 4, drainEveryNs: 50e6,
    }); // prettier-ignore
    await lab.until('a first', (r) => (r.type === 'beats' ? true : undefined));
  }

  it('reports no packet as received before it is reported as sent', async () => {
    await start();
    await lab.until('300', (r) =>
      r.type === 'beats' && r.firstSequence >= 300 ? true : undefined,
    );
    await lab.endOfBeat('b');
    let sent = 0;
    for (const report of lab.reports) {
      if (report.type !== 'beats') continue;
      sent += report.sentNs.length;
      assert.ok(report.receivedSequence.every((sequence) => sequence < sent));
    }
    const { received } = lab.beat('b');
    assert.deepEqual([received.size, sent > 300], [sent, true], 'and all of them arrived');
    await lab.close();
  });

  it('counts what it cut exactly', async () => {
    await start();
    await lab.edge('cut', [CUT]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const from = lab.reports.length;
    await lab.edge('heal', []);
    const dose = await lab.until('dose', (r) => (r.type === 'dose' ? r : undefined), from);
    await lab.endOfBeat('b');
    const { sent, received } = lab.beat('b');
    const lost = sent.length - received.size;
    assert.ok(lost > 0);
    assert.deepEqual([dose.quantity, dose.seen, dose.hit], ['cut', lost, lost]);
    await lab.close();
  });

  // The kernel takes its time to give a ring up, and writes to it meanwhile. When the rings were memory of V8's, what the
  // next worker's start had put there broke: most runs of this ended by SIGSEGV.
  it('may be closed in the middle of one, and another one started, again and again', async () => {
    for (let k = 0; k < 25; k++) {
      await start();
      await lab.close();
    }
  });
});
