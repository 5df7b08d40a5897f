import { LinkReducer } from './link-reducer.ts';
import type { LinkParams } from './link.ts';
import type { StartWatch } from './observer-run.ts';

export const startLink: StartWatch<LinkParams> = (params, context) => {
  const reducer = new LinkReducer(context.id, params, context.lab.topology, context.set);
  return Promise.resolve({
    onReport(report) {
      if (report.type === 'link') reducer.onLink(report);
    },
    stop: () => Promise.resolve(),
  });
};
