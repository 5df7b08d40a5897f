import { execFileSync } from 'node:child_process';
import {
  closeNamespaces,
  inNetns,
  makeNamespaces,
  type NamespaceFds,
} from '../../../src/host/namespaces.ts';
import { libc } from '../../../src/host/libc.ts';
import { baseRuleset } from '../../../src/wire/nft-text.ts';

/** One wire, both of its node ends and the room in one namespace: n1 = w1a | w1b = n2. Needs root. */
export class RoomNamespace {
  readonly #fds: NamespaceFds;
  readonly #sockets = new Map<string, number>();

  constructor() {
    this.#fds = makeNamespaces({ files: false, pid: false }, () => undefined);
    for (const [near, far] of [
      ['n1', 'w1a'],
      ['n2', 'w1b'],
    ] as const) {
      this.run('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', far]);
    }
    this.run('sysctl', ['-qw', 'net.ipv6.conf.all.disable_ipv6=1']);
    for (const device of ['n1', 'n2', 'w1a', 'w1b']) {
      this.run('ip', ['link', 'set', device, 'mtu', '9000', 'up']);
    }
    this.nft(baseRuleset([{ name: 'w1' }]));
    this.nft(
      ['n1', 'n2']
        .map(
          (device) =>
            `add table netdev far\nadd counter netdev far ${device}\nadd chain netdev far ${device} { type filter hook ingress device "${device}" priority 0 ; }\nadd rule netdev far ${device} counter name "${device}"\n`,
        )
        .join(''),
    );
  }

  get netnsFd(): number {
    return this.#fds.net;
  }

  /** `body` must not call it again: the way out leads home */
  inside<T>(body: () => T): T {
    return inNetns(this.#fds.net, body);
  }

  run(command: string, args: readonly string[], input = ''): string {
    return this.inside(() => execFileSync(command, args, { encoding: 'utf8', input }));
  }

  nft(text: string): void {
    this.run('nft', ['-f', '-'], text);
  }

  /** packets of each named counter */
  counters(): Map<string, number> {
    const listed = JSON.parse(this.run('nft', ['-j', 'list', 'counters'])) as {
      nftables: { counter?: { name: string; packets: number } }[];
    };
    return new Map(
      listed.nftables.flatMap(({ counter }) =>
        counter === undefined ? [] : [[counter.name, counter.packets] as const],
      ),
    );
  }

  /** Send frames out of a node's end. veth hands them over before the call returns, or soon after. */
  send(device: 'n1' | 'n2', frames: readonly Buffer[]): void {
    const fd = this.#sockets.get(device) ?? this.#socket(device);
    for (const frame of frames) libc.send(fd, frame, frame.length, 0);
  }

  #socket(device: string): number {
    const listed = this.run('ip', ['-j', 'link', 'show', device]);
    const [link] = JSON.parse(listed) as { ifindex: number }[];
    const address = Buffer.alloc(20);
    address.writeUInt16LE(17, 0);
    address.writeInt32LE(link?.ifindex ?? -1, 4);
    const fd = this.inside(() => libc.socket(17, 3, 0));
    libc.bind(fd, address, address.length);
    this.#sockets.set(device, fd);
    return fd;
  }

  close(): void {
    for (const fd of this.#sockets.values()) libc.close(fd);
    closeNamespaces(this.#fds);
  }
}
