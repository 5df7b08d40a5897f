import type { StartWatch } from './observer-run.ts';
import { StpReducer } from './stp-reducer.ts';
import type { StpParams } from './stp.ts';

const TICK_NS = 1_000_000_000;

export const startStp: StartWatch<StpParams> = (params, context) => {
  const reducer = new StpReducer(context.id, params, context.lab.topology, context.set);
  context.every(TICK_NS, () => {
    reducer.tick(context.room.now());
  });
  return Promise.resolve({
    onReport(report) {
      if (report.type === 'link') reducer.onLink(report);
    },
    onFrame(frame) {
      reducer.onFrame(frame);
    },
    stop: () => Promise.resolve(),
  });
};
