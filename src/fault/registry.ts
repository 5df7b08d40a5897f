import { adminDown } from './admin-down.ts';
import { bgpReset } from './bgp-reset.ts';
import { blackHole } from './black-hole.ts';
import { carrierLoss } from './carrier-loss.ts';
import { clockSkew } from './clock-skew.ts';
import { config } from './config.ts';
import { cpuPressure } from './cpu-pressure.ts';
import { diskFull } from './disk-full.ts';
import { diskSlow } from './disk-slow.ts';
import { dns } from './dns.ts';
import { drop } from './drop.ts';
import { duplicateIp } from './duplicate-ip.ts';
import { exec } from './exec.ts';
import type { FaultKind } from './fault.ts';
import { impair } from './impair.ts';
import { kill } from './kill.ts';
import { loop } from './loop.ts';
import { macFlapping } from './mac-flapping.ts';
import { memoryPressure } from './memory-pressure.ts';
import { nodePause } from './node-pause.ts';
import { nodeStop } from './node-stop.ts';
import { partition } from './partition.ts';
import { pause } from './pause.ts';
import { restart } from './restart.ts';
import { rogueVrrp } from './rogue-vrrp.ts';
import { route } from './route.ts';
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
  config,
  route,
  'bgp-reset': bgpReset,
  dns,
  'disk-full': diskFull,
  'disk-slow': diskSlow,
  'cpu-pressure': cpuPressure,
  'memory-pressure': memoryPressure,
  'clock-skew': clockSkew,
  exec,
  storm,
  loop,
  'superior-bpdu': superiorBpdu,
  'topology-change': topologyChange,
  'rogue-vrrp': rogueVrrp,
  'duplicate-ip': duplicateIp,
  'mac-flapping': macFlapping,
};
