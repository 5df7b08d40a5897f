import type { RoomParts } from './room-parts.ts';
import type { RoomReport, WireSpec } from './room.ts';
import type { RoomCommand, RoomMessage } from './room-protocol.ts';

/** What is near is made ready when a list comes; what is added to it, when it comes. */
const WARM_AHEAD = 8;

type CallCommand = Extract<RoomCommand, { call: number }>;

export interface CommandsContext {
  readonly parts: RoomParts;
  readonly now: () => number;
  readonly report: (report: RoomReport) => void;
  /** to the main thread, after the reports that wait */
  readonly say: (message: RoomMessage) => void;
  readonly close: () => void;
}

/** What the main thread tells the room, done. */
export class RoomCommands {
  readonly #context: CommandsContext;

  constructor(context: CommandsContext) {
    this.#context = context;
  }

  /** A call that fails is answered so; a failed order is thrown. */
  obey(command: RoomCommand): void {
    if (!('call' in command)) {
      this.#order(command);
      return;
    }
    try {
      this.#call(command);
    } catch (error) {
      const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
      this.#context.say({ type: 'failed', call: command.call, message, stack });
    }
  }

  #order(command: Exclude<RoomCommand, { call: number }>): void {
    const { parts, now, report } = this.#context;
    switch (command.type) {
      case 'set-node-alive':
        parts.news.nodes.setAlive(command.node, command.alive);
        parts.wires.nodeChanged(command.node);
        return;
      case 'schedule':
        parts.applier.warmUp(command.edge.wants);
        parts.edges.add(command.edge);
        return;
      case 'replace-edges':
        parts.edges.replace(command.edges, now());
        for (const { wants } of parts.edges.first(WARM_AHEAD)) parts.applier.warmUp(wants);
        return;
      case 'warm-up':
        parts.applier.warmUp(command.wants);
        return;
      case 'start-beat':
        parts.beats.start(command.beat, now());
        return;
      case 'watch-traffic':
        parts.traffic.watch(command.everyNs, now());
        return;
      case 'stop-beat':
        parts.beats.stop(command.id, now(), report);
        return;
      default:
        command satisfies never;
    }
  }

  #call(command: CallCommand): void {
    const { parts, report, say, close } = this.#context;
    const { call } = command;
    const done = (failure?: string): void => {
      if (failure === undefined) say({ type: 'returned', call });
      else say({ type: 'failed', call, message: failure, stack: '' });
    };
    switch (command.type) {
      case 'watch-node':
        parts.news.watch(command.node, command.netnsFd, done);
        return;
      case 'add-wires':
        this.#addWires(command.wires, done);
        return;
      case 'read-doses':
        for (const dose of parts.applier.doses()) report(dose);
        done();
        return;
      case 'close':
        close();
        done();
        return;
      default:
        command satisfies never;
    }
  }

  #addWires(specs: readonly WireSpec[], done: (failure?: string) => void): void {
    const { parts, now } = this.#context;
    const { news, wires, carrierWait } = parts;
    for (const end of specs.flatMap(({ a, b }) => [a, b])) {
      news.meet(end.node, end.netnsFd);
    }
    // what happened before is to be known before: an end that went away, say
    news.take();
    const added = wires.add(specs, () => {
      news.take();
    });
    carrierWait.add(added, now(), done);
  }
}
