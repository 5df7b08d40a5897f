import type { StartWatch } from './observer-run.ts';
import { trafficLinks, type TrafficParams } from './traffic.ts';
import { TrafficReducer } from './traffic-reducer.ts';

export const startTraffic: StartWatch<TrafficParams> = (params, context) => {
  const links = trafficLinks(params, context.lab.topology);
  const reducer = new TrafficReducer(context.id, links, context.set);
  context.room.watchTraffic(params.every);
  return Promise.resolve({
    onReport(report) {
      if (report.type === 'traffic') reducer.onTraffic(report);
    },
    stop: () => Promise.resolve(),
  });
};
