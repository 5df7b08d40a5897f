import { adminDown } from './admin-down.ts';
import { blackHole } from './black-hole.ts';
import { carrierLoss } from './carrier-loss.ts';
import { drop } from './drop.ts';
import { exec } from './exec.ts';
import type { FaultKind } from './fault.ts';
import { impair } from './impair.ts';
import { partition } from './partition.ts';
import { kill } from './kill.ts';
import { nodePause } from './node-pause.ts';
import { nodeStop } from './node-stop.ts';
import { pause } from './pause.ts';
import { restart } from './restart.ts';

/** Every fault kind by the key that it has in a step. */
export const faultKinds: Readonly<Record<string, FaultKind<unknown>>> = {
  impair,
  drop,
  'black-hole': blackHole,
  'carrier-loss': carrierLoss,
  'admin-down': adminDown,
  partition,
  kill,
  pause,
  restart,
  'node-stop': nodeStop,
  'node-pause': nodePause,
  exec,
};
