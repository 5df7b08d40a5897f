import { adminDown } from './admin-down.ts';
import { blackHole } from './black-hole.ts';
import { carrierLoss } from './carrier-loss.ts';
import { drop } from './drop.ts';
import { exec } from './exec.ts';
import { duplicateIp } from './duplicate-ip.ts';
import type { FaultKind } from './fault.ts';
import { impair } from './impair.ts';
import { loop } from './loop.ts';
import { macFlapping } from './mac-flapping.ts';
import { partition } from './partition.ts';
import { kill } from './kill.ts';
import { nodePause } from './node-pause.ts';
import { nodeStop } from './node-stop.ts';
import { pause } from './pause.ts';
import { restart } from './restart.ts';
import { rogueVrrp } from './rogue-vrrp.ts';
import { storm } from './storm.ts';
import { superiorBpdu } from './superior-bpdu.ts';
import { topologyChange } from './topology-change.ts';

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
  storm,
  loop,
  'superior-bpdu': superiorBpdu,
  'topology-change': topologyChange,
  'rogue-vrrp': rogueVrrp,
  'duplicate-ip': duplicateIp,
  'mac-flapping': macFlapping,
};
