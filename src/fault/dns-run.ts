import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { libc, SystemCallError } from '../host/libc.ts';
import { AF, SOCK } from '../host/socket.ts';
import type { StartedNode } from '../lab/lab.ts';
import { markOf } from '../undo/mark.ts';
import { runNft } from '../undo/network.ts';
import {
  addressAnswer,
  errorAnswer,
  isWithin,
  RCODE,
  readQuestion,
  withTtl,
  type DnsQuestion,
} from './dns-message.ts';
import type { DnsParams } from './dns.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';

const DNS_PORT = 53;
/** the first that is free from here on */
const FIRST_PORT = 53_053;
const PORTS = 100;
const DEFAULT_TTL_S = 60;

export const injectDns: InjectNodeFault = async (context) => {
  const shown: string[] = [];
  for (const node of nodesOf(context)) shown.push(await lie(node, context));
  return shown.join('; ');
};

async function lie(node: StartedNode, { fault, undo }: NodeFaultContext): Promise<string> {
  const params = fault.params as DnsParams;
  const { fd, port } = openIn(node);
  const table = `inet chaos-dns-${port}`;
  const proxy = new Proxy(params, fd, openIn(node).fd);
  const lead = `table ${table} { chain in { type nat hook prerouting priority -110; udp dport ${DNS_PORT} redirect to :${port}; }; }`;
  await undo.step({
    about: `${node.name}: nft delete table ${table}`,
    act: () => {
      runNft(node, lead);
    },
    undo: { do: 'remove-table', node: markOf(node), table },
    letGo: () => {
      proxy.close();
    },
    tell: () =>
      `${node.name}: ${proxy.changed} of ${proxy.queries} queries were answered otherwise`,
  });
  return `${node.name}: queries go to port ${port}, and from there to ${params.resolver}`;
}

/** A UDP socket in the node's network namespace, of both families: Node cannot bind one there by itself. */
function openIn(node: StartedNode): { readonly fd: number; readonly port: number } {
  return node.inNet(() => {
    const fd = libc.socket(AF.INET6, SOCK.DGRAM | SOCK.CLOEXEC, 0);
    for (let port = FIRST_PORT; ; port++) {
      const address = Buffer.alloc(28); // struct sockaddr_in6, any address
      address.writeUInt16LE(AF.INET6, 0);
      address.writeUInt16BE(port, 2);
      try {
        libc.bind(fd, address, address.length);
        return { fd, port };
      } catch (error) {
        const taken = error instanceof SystemCallError && error.code === 'EADDRINUSE';
        if (!taken || port >= FIRST_PORT + PORTS) throw error;
      }
    }
  });
}

interface Asked {
  readonly from: RemoteInfo;
  readonly question: DnsQuestion;
  readonly isHit: boolean;
}

/** Between those who ask and the daemon that knows. */
class Proxy {
  readonly #params: DnsParams;
  readonly #clients: Socket;
  readonly #daemon: Socket;
  readonly #asked = new Map<number, Asked>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #lastId = 0;
  queries = 0;
  changed = 0;

  constructor(params: DnsParams, clientsFd: number, daemonFd: number) {
    this.#params = params;
    this.#clients = open(clientsFd);
    this.#daemon = open(daemonFd);
    this.#clients.on('message', (query, from) => {
      this.#query(query, from);
    });
    this.#daemon.on('message', (reply) => {
      this.#reply(reply);
    });
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of [this.#clients, this.#daemon]) {
      try {
        socket.close();
      } catch {
        // it is closed: healing twice is as good as once
      }
    }
  }

  #query(query: Buffer, from: RemoteInfo): void {
    const question = readQuestion(query);
    if (question === undefined) return;
    this.queries++;
    const { name, answer: kind } = this.#params;
    const isHit = name === undefined || isWithin(question.name, name);
    const own = isHit ? this.#ownAnswer(query, question) : undefined;
    if (isHit && (own !== undefined || kind === 'slow' || kind === 'ttl')) this.changed++;
    if (own !== undefined) {
      this.#clients.send(own, from.port, from.address);
      return;
    }
    // ids of different clients may be the same
    this.#lastId = (this.#lastId + 1) & 0xffff;
    this.#asked.set(this.#lastId, { from, question, isHit });
    const forwarded = Buffer.from(query);
    forwarded.writeUInt16BE(this.#lastId, 0);
    this.#daemon.send(forwarded, DNS_PORT, `::ffff:${this.#params.resolver}`);
  }

  /** What needs no daemon. */
  #ownAnswer(query: Buffer, question: DnsQuestion): Buffer | undefined {
    const { answer: kind, address = '', ttl } = this.#params;
    const ttlS = ttl === undefined ? DEFAULT_TTL_S : Math.round(ttl / 1e9);
    switch (kind) {
      case 'servfail':
      case 'nxdomain':
        return errorAnswer(query, question, RCODE[kind]);
      case 'wrong':
        return addressAnswer(query, question, address, ttlS);
      case 'slow':
      case 'ttl':
        return undefined;
      default:
        return kind satisfies never;
    }
  }

  #reply(message: Buffer): void {
    if (message.length < 2) return;
    const asked = this.#asked.get(message.readUInt16BE(0));
    if (asked === undefined) return;
    this.#asked.delete(message.readUInt16BE(0));
    const { answer: kind, delay = 0, ttl = 0 } = this.#params;
    const reply = asked.isHit && kind === 'ttl' ? withTtl(message, Math.round(ttl / 1e9)) : message;
    const own = Buffer.from(reply);
    own.writeUInt16BE(asked.question.id, 0);
    const { port, address } = asked.from;
    if (!asked.isHit || kind !== 'slow') {
      this.#clients.send(own, port, address);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#clients.send(own, port, address);
    }, delay / 1e6);
    this.#timers.add(timer);
  }
}

function open(fd: number): Socket {
  const socket = createSocket('udp6');
  // a client that is gone answers with an error; it is not ours to mind
  socket.on('error', () => undefined);
  socket.bind({ fd });
  return socket;
}
