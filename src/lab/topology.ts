import type { SourcePosition } from '../errors.ts';

/** A lab file with all inheritance resolved: what a driver raises. Plain JSON; it travels in run.json. */
export interface Topology {
  readonly name: string;
  /** the lab file, as the user named it */
  readonly file: string;
  readonly nodes: readonly TopologyNode[];
  readonly links: readonly TopologyLink[];
  /** what the file asks for and the driver can't honour, by node and key */
  readonly notHonoured: readonly NotHonoured[];
  /** it runs already, and goes on when a run is over */
  readonly attached?: AttachedLab;
}

/** A lab that somebody else has deployed with containerlab: what faults meet there. */
export interface AttachedLab {
  /** containerlab's name of it */
  readonly lab: string;
  /** of the Docker that it runs in: an absolute path */
  readonly socket: string;
  readonly nodes: readonly AttachedNode[];
  /** ends of links where a fault cannot act, or can only lose and copy */
  readonly limits: readonly EndLimit[];
}

export interface AttachedNode {
  readonly name: string;
  /** id of its container */
  readonly container: string;
  /** programs that run in it, by their names */
  readonly programs: readonly string[];
}

export interface EndLimit {
  readonly end: string;
  /** all: no fault can act on what leaves there; queue: none that needs a queueing discipline (delay, rate, ...) */
  readonly bars: 'all' | 'queue';
  readonly why: string;
}

export interface NotHonoured {
  readonly node?: string;
  readonly key: string;
  readonly message: string;
  /** only this driver does not honour it; absent: none does */
  readonly driver?: string;
  readonly position: SourcePosition;
}

export interface TopologyNode {
  readonly name: string;
  readonly kind: string;
  /** the image as written, e.g. 'quay.io/frrouting/frr:10.5.1'; '' for kinds without one */
  readonly image: string;
  /** the image of ours that it maps to (a key of the service registry), e.g. 'frr'; '' for one that none stands for */
  readonly mappedImage: string;
  /** of an image that none of ours stands for */
  readonly foreign?: ForeignImage;
  readonly binds: readonly TopologyBind[];
  /** commands run in the node once it is up, shlex-split as containerlab does */
  readonly exec: readonly (readonly string[])[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly sysctls: Readonly<Record<string, string>>;
  /** what else the lab file says of how it runs; absent: nothing */
  readonly settings?: NodeSettings;
  readonly position: SourcePosition;
}

/** Keys of a node that most labs do without; what each becomes is in clab/node-keys.ts. */
export interface NodeSettings {
  /** default: the node's name */
  readonly hostname?: string;
  /** entrypoint and cmd, split as containerlab does: run instead of what the image starts */
  readonly command?: readonly string[];
  /** whose the command and the exec lines are, as a name or a number, with a group after a colon; default: root */
  readonly user?: string;
  readonly startupDelayS?: number;
  /** before its daemons and exec lines: other nodes must be so far */
  readonly waitFor?: readonly WaitFor[];
  readonly healthcheck?: HealthCheck;
  readonly dns?: DnsSettings;
  /** options of mount(8) by absolute path */
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly shmBytes?: number;
  /** what only a container has, as containerlab takes it: memory, cpu, cap-add, ... */
  readonly container?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export interface WaitFor {
  readonly node: string;
  /** configured: its daemons and exec lines are done; healthy: its test succeeds; exited: its command has ended */
  readonly until: 'configured' | 'healthy' | 'exited';
}

/** As Docker counts: so many failures in a row make a node unhealthy, those of its first seconds not counted. */
export interface HealthCheck {
  readonly argv: readonly string[];
  readonly intervalS: number;
  readonly timeoutS: number;
  readonly retries: number;
  readonly startPeriodS: number;
}

/** resolv.conf(5) */
export interface DnsSettings {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** What containerlab is told of an image that runs as it is: the keys of the lab file, as they are written there. */
export interface ForeignImage {
  readonly 'image-pull-policy'?: string;
  readonly entrypoint?: string;
  readonly cmd?: string;
  readonly user?: string;
}

export interface TopologyBind {
  /** absolute host path when read from the lab file; relative to the run directory once staged into a run */
  readonly source: string;
  /** absolute path in the node */
  readonly target: string;
  readonly readOnly: boolean;
}

export interface TopologyLink {
  /** `vars.chaos.name`, else `a~b` where that is unambiguous, else `a:eth1~b:eth1` */
  readonly id: string;
  readonly a: TopologyEndpoint;
  readonly b: TopologyEndpoint;
  /** of the node ends */
  readonly mtu: number;
  readonly rateBitPerSec: number;
  readonly queueLimitPackets: number;
  readonly position: SourcePosition;
}

export interface TopologyEndpoint {
  readonly node: string;
  readonly interface: string;
  /** 'aa:c1:ab:..': hash of node:interface unless given */
  readonly mac: string;
}

/** What of a lab file this driver leaves out. */
export function notHonouredBy(topology: Topology, driver: string): readonly NotHonoured[] {
  return topology.notHonoured.filter((each) => each.driver === undefined || each.driver === driver);
}

/** Does this node forward frames between its interfaces? By kind, by image, or because it makes a bridge itself. */
export function isBridge(node: TopologyNode): boolean {
  if (node.kind === 'bridge' || node.kind === 'ovs-bridge' || node.mappedImage === 'bridge') {
    return true;
  }
  return node.exec.some((argv) =>
    argv.some((word, i) => word === 'type' && argv[i + 1] === 'bridge'),
  );
}

/** `node:interface` */
export function endpointName(endpoint: TopologyEndpoint): string {
  return `${endpoint.node}:${endpoint.interface}`;
}
