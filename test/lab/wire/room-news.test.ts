import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { NetlinkSocket } from '../../../src/host/netlink-socket.ts';
import {
  closeNamespaces,
  inNetns,
  makeNamespaces,
  type NamespaceFds,
} from '../../../src/host/namespaces.ts';
import { RoomNews } from '../../../src/wire/room-news.ts';
import type { RoomReport } from '../../../src/wire/room.ts';

/** What the room hears of its nodes when there is more to hear than its socket holds. Needs root. */

const bare = (): NamespaceFds => makeNamespaces({ files: false, pid: false }, () => undefined);

describe('the news of the room', function () {
  this.timeout(30_000);
  let room: NamespaceFds;
  let node: NamespaceFds | undefined;
  let socket: NetlinkSocket;
  let news: RoomNews;
  let reports: RoomReport[];
  let now = 0;

  before(function () {
    if (process.getuid?.() !== 0) this.skip();
  });

  beforeEach(() => {
    reports = [];
    room = bare();
    node = bare();
    inNetns(room.net, () => {
      socket = new NetlinkSocket();
      news = new RoomNews({
        socket,
        now: () => ++now,
        report: (report) => reports.push(report),
        onLink: () => undefined,
        // a dozen messages
        bufferBytes: 8192,
      });
    });
    ip('link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'eth2');
    ip('addr', 'add', '10.0.0.1/24', 'dev', 'eth1');
    ip('addr', 'add', '10.0.1.1/24', 'dev', 'eth1');
    news.watch('n1', node.net, () => undefined);
    news.take();
    assert.deepEqual(told('10.0.'), ['+eth1 10.0.0.1/24', '+eth1 10.0.1.1/24']);
    reports.length = 0;
  });

  afterEach(() => {
    news.close();
    socket.close();
    closeNamespaces(room);
    if (node !== undefined) closeNamespaces(node);
  });

  function ip(...args: string[]): void {
    if (node !== undefined) inNetns(node.net, () => execFileSync('ip', args));
  }

  function flood(): void {
    const lines = Array.from({ length: 200 }, (_, k) => {
      const address = `dev eth2 172.16.${String(k)}.1/24`;
      return `addr add ${address}\naddr del ${address}\n`;
    });
    const input = lines.join('');
    if (node !== undefined) inNetns(node.net, () => execFileSync('ip', ['-batch', '-'], { input }));
  }

  /** '+eth1 10.0.0.1/24': what was told of addresses that begin so */
  function told(prefix: string): string[] {
    return reports.flatMap((report) => {
      if (report.type !== 'address' || !report.address.startsWith(prefix)) return [];
      return [`${report.present ? '+' : '-'}${report.interface} ${report.address}`];
    });
  }

  it('tell after a loss which addresses went and which came unheard', () => {
    flood();
    ip('addr', 'del', '10.0.0.1/24', 'dev', 'eth1');
    ip('addr', 'add', '10.0.2.1/24', 'dev', 'eth1');
    news.take();
    assert.ok(reports.some((report) => report.type === 'gap' && report.source === 'netlink'));
    assert.deepEqual(told('10.0.').sort(), ['+eth1 10.0.2.1/24', '-eth1 10.0.0.1/24']);
    assert.deepEqual(
      told('172.').filter((line) => line.startsWith('+')).length,
      told('172.').length / 2,
    );
  });

  it('tell after a loss of an interface that went unheard, and its addresses by its name', () => {
    flood();
    ip('link', 'del', 'eth1');
    news.take();
    const gone = reports.flatMap((r) => (r.type === 'link' && r.gone ? [r.interface] : []));
    assert.deepEqual(gone.sort(), ['eth1', 'eth2']);
    assert.deepEqual(told('10.0.'), ['-eth1 10.0.0.1/24', '-eth1 10.0.1.1/24']);
  });

  it('go on after a loss though a node has gone', async () => {
    const other = bare();
    news.watch('n2', other.net, () => undefined);
    news.take();
    reports.length = 0;
    closeNamespaces(other);
    // its id goes with it, in the kernel's own time
    while (inNetns(room.net, () => execFileSync('ip', ['netns', 'list-id'])).includes('nsid 2')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    flood();
    ip('addr', 'del', '10.0.0.1/24', 'dev', 'eth1');
    news.take();
    assert.ok(reports.some((report) => report.type === 'gap'));
    assert.deepEqual(told('10.0.'), ['-eth1 10.0.0.1/24']);
    flood();
    news.take();
  });
});
