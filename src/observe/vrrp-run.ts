import type { StartWatch } from './observer-run.ts';
import { VrrpReducer } from './vrrp-reducer.ts';
import type { VrrpParams } from './vrrp.ts';

const TICK_NS = 1_000_000_000;

export const startVrrp: StartWatch<VrrpParams> = (params, context) => {
  const reducer = new VrrpReducer(context.id, params, context.lab.topology, context.set);
  context.every(TICK_NS, () => {
    reducer.tick(context.room.now());
  });
  return Promise.resolve({
    onReport(report) {
      if (report.type === 'link') reducer.onLink(report);
      else if (report.type === 'address') reducer.onAddress(report);
    },
    onFrame(frame) {
      reducer.onFrame(frame);
    },
    stop: () => Promise.resolve(),
  });
};
