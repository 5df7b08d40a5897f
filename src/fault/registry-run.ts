import type { InjectNodeFault, NodeFaultContext } from './node-fault-run.ts';

/** What acts, by kind; loaded when it is needed. */
const nodeFaults: Readonly<Record<string, () => Promise<InjectNodeFault>>> = {
  'admin-down': async () => (await import('./admin-down-run.ts')).injectAdminDown,
  config: async () => (await import('./config-run.ts')).injectConfig,
  route: async () => (await import('./route-run.ts')).injectRoute,
  'bgp-reset': async () => (await import('./bgp-reset-run.ts')).injectBgpReset,
  dns: async () => (await import('./dns-run.ts')).injectDns,
  'disk-full': async () => (await import('./disk-full-run.ts')).injectDiskFull,
  'disk-slow': async () => (await import('./disk-slow-run.ts')).injectDiskSlow,
  'cpu-pressure': async () => (await import('./cpu-pressure-run.ts')).injectCpuPressure,
  'memory-pressure': async () => (await import('./memory-pressure-run.ts')).injectMemoryPressure,
  'clock-skew': async () => (await import('./clock-skew-run.ts')).injectClockSkew,
  exec: async () => (await import('./exec-run.ts')).injectExec,
  kill: async () => (await import('./kill-run.ts')).injectKill,
  pause: async () => (await import('./pause-run.ts')).injectPause,
  restart: async () => (await import('./restart-run.ts')).injectRestart,
  'node-stop': async () => (await import('./node-stop-run.ts')).injectNodeStop,
  'node-pause': async () => (await import('./node-pause-run.ts')).injectNodePause,
};

/** What brings a kind into force; undefined for what does not act in nodes. */
export async function loadNodeFault(kind: string): Promise<InjectNodeFault | undefined> {
  const load = Object.hasOwn(nodeFaults, kind) ? nodeFaults[kind] : undefined;
  return load?.();
}

/** Inject a fault that acts in nodes: see InjectNodeFault. */
export async function startNodeFault(context: NodeFaultContext): Promise<string> {
  const inject = await loadNodeFault(context.fault.kind);
  if (inject === undefined) throw new Error(`${context.fault.kind} does not act in a node`);
  context.signal.throwIfAborted();
  return inject(context);
}
