import { ChaosError } from '../errors.ts';
import { FrrVty } from './frr-vty-run.ts';
import type { StartWatch, WatchContext } from './observer-run.ts';
import { parseOspfNeighbors } from './ospf-neighbors.ts';
import { OspfReducer } from './ospf-reducer.ts';
import { ospfNodes, type OspfParams } from './ospf.ts';

const COMMAND = 'show ip ospf neighbor json';
/** A daemon that is silent for so many polls (stopped, starved) is no longer known. */
const PATIENCE_POLLS = 3;

export const startOspf: StartWatch<OspfParams> = (params, context) => {
  const { topology } = context.lab;
  const reducer = new OspfReducer(context.id, params, topology, context.set);
  const polls = ospfNodes(params, topology).map((node) =>
    pollNode(node, params.poll, context, reducer),
  );
  return Promise.resolve({
    onReport(report) {
      if (report.type === 'address') reducer.onAddress(report);
    },
    onFrame(frame) {
      reducer.onFrame(frame);
    },
    stop() {
      for (const poll of polls) poll.stop();
      return Promise.resolve();
    },
  });
};

interface Poll {
  stop(): void;
}

function pollNode(node: string, pollNs: number, context: WatchContext, reducer: OspfReducer): Poll {
  const started = context.lab.node(node);
  if (started.initPid === null)
    throw new ChaosError('lab-failed', `node '${node}' runs no services`);
  const vty = new FrrVty(() => `/proc/${started.initPid}/root/run/frr/ospfd.vty`);
  let stopped = false;
  let silentPolls = 0;
  const ask = async (): Promise<void> => {
    const answer = await vty.query(COMMAND);
    if (stopped) return;
    const table = answer === null ? [] : parseOspfNeighbors(answer.text);
    reducer.onTable(node, table ?? null, context.room.now());
  };
  context.every(pollNs, () => {
    if (stopped) return;
    if (vty.busy) {
      silentPolls += 1;
      if (silentPolls === PATIENCE_POLLS) reducer.onTable(node, null, context.room.now());
      return;
    }
    silentPolls = 0;
    // not awaited: `every` waits for its body, and a daemon that hangs would never be missed
    void ask();
  });
  return {
    stop() {
      stopped = true;
      vty.close();
    },
  };
}
