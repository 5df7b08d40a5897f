import { closeSync, openSync } from 'node:fs';
import type { StampConverter } from '../host/clock.ts';
import type { Epoll } from '../host/epoll.ts';
import { NEUTRAL_STAGE } from './direction-state.ts';
import { netemOptions } from './netem-options.ts';
import { tryAbilities } from './room-abilities.ts';
import { RoomApplier } from './room-applier.ts';
import { RoomBeats } from './room-beats.ts';
import { RoomBuilder } from './room-builder.ts';
import { RoomCapture } from './room-capture.ts';
import { CarrierWait } from './room-carrier-wait.ts';
import { RoomEdges } from './room-edges.ts';
import { RoomGauge } from './room-gauge.ts';
import { RoomNews } from './room-news.ts';
import { RoomSenders } from './room-senders.ts';
import { RoomStations } from './room-station.ts';
import { RoomTraffic } from './room-traffic.ts';
import { bothEnds } from './room-wire.ts';
import { RoomWires } from './room-wires.ts';
import type { RoomAbilities, RoomOptions, RoomReport } from './room.ts';

/** All that the room's thread works with, in the network namespace that it was born in. */
export interface RoomParts {
  readonly abilities: RoomAbilities;
  readonly news: RoomNews;
  readonly wires: RoomWires;
  readonly carrierWait: CarrierWait;
  readonly edges: RoomEdges;
  readonly applier: RoomApplier;
  readonly capture: RoomCapture;
  readonly beats: RoomBeats;
  readonly senders: RoomSenders;
  readonly traffic: RoomTraffic;
  readonly gauge: RoomGauge;
  close(): void;
}

export interface PartsContext {
  readonly clock: StampConverter;
  readonly epoll: Epoll;
  /** CLOCK_MONOTONIC ns of lab ns 0 */
  readonly originNs: number;
  /** lab ns */
  readonly now: () => number;
  readonly report: (report: RoomReport) => void;
  readonly options: RoomOptions;
}

export function makeParts(context: PartsContext): RoomParts {
  const { clock, now, report } = context;
  const stations = new RoomStations();
  const { room } = stations;
  const { socket } = room;
  const roomNetnsFd = openSync('/proc/thread-self/ns/net', 'r');
  const abilities = tryAbilities(socket, roomNetnsFd);
  const neutralNetem = netemOptions(NEUTRAL_STAGE);
  const builder = new RoomBuilder({ room, abilities, roomNetnsFd, neutralNetem });
  const news = new RoomNews({
    socket,
    now,
    report,
    onLink: (nsid, change) => {
      wires.linkChanged(nsid, change);
    },
  });
  const { nodes, links } = news;
  const wires = new RoomWires({
    socket,
    stations,
    builder,
    nodes,
    links,
    onBuilt: (wire) => {
      capture.place(wire);
      applier.wireBuilt(wire);
      traffic.wireBuilt(bothEnds(wire).map(({ device }) => device));
    },
  });
  const traffic = new RoomTraffic({ room, wires, abilities });
  const senders = new RoomSenders({ wires, traffic, now, report });
  const gauge = new RoomGauge({ clock, wires, now });
  const applier = new RoomApplier({ wires, abilities, now, senders, gauge });
  const capture = new RoomCapture(clock, context.epoll);
  const beats = new RoomBeats(context);
  return {
    abilities,
    news,
    wires,
    carrierWait: new CarrierWait(wires),
    edges: new RoomEdges(),
    applier,
    capture,
    beats,
    senders,
    traffic,
    gauge,
    close: () => {
      for (const part of [beats, senders, gauge, capture, news, stations]) part.close();
      closeSync(roomNetnsFd);
    },
  };
}
