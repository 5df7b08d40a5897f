import type { TopologyLink, TopologyNode } from '../lab/topology.ts';
import type { NodeLevel } from '../lab/lab.ts';

/**
 * An image of ours: what `image:` in a lab file stands for under the netns driver. It starts the same daemons from
 * the host's packages that labs/images/<name>/Dockerfile starts in a container.
 */
export interface Image {
  readonly name: string;
  readonly about: string;
  /** public images that map onto this one, by repository name without registry and tag: 'frrouting/frr' */
  readonly standsFor: readonly string[];
  /** the level that a node of this image needs */
  readonly level: NodeLevel;
  /** Debian packages whose programs it runs */
  readonly packages: readonly string[];
  /** programs that must be there (absolute paths): `doctor` and `plan` check them */
  readonly programs: readonly string[];
  /** directories private to the node: 'tmpfs' (empty, what a service owns) or 'overlay' (host's files, copy on write) */
  readonly privateDirectories: readonly PrivateDirectory[];
  /** the environment variables of the node that it reads, with what they do; `<if>` stands for an interface name */
  readonly environment: Readonly<Record<string, string>>;
  /** what a node of this image needs on top of `sysctlBaseline`; the lab reader folds it into the node's `sysctls` */
  readonly sysctls: Readonly<Record<string, string>>;
  /** what is wrong with the environment of a node of this image: by variable, for the lab file's reader */
  refuse?(node: TopologyNode, links: readonly TopologyLink[]): readonly EnvironmentComplaint[];
  /** what is done before the services start and what is started; pure */
  start(node: TopologyNode, links: readonly TopologyLink[], files: BoundFiles): ImageStart;
}

export interface EnvironmentComplaint {
  readonly variable: string;
  readonly message: string;
  readonly expected?: string;
}

export interface PrivateDirectory {
  readonly path: string;
  readonly type: 'tmpfs' | 'overlay';
  /** octal mode and owner of a tmpfs */
  readonly mode?: number;
  readonly user?: string;
  readonly group?: string;
  /** more of a tmpfs, as mount(8) takes them: 'size=64m,noexec' */
  readonly options?: string;
}

/** The text of a file that the node binds, by its path in the node; undefined where nothing is bound there. */
export type BoundFiles = (path: string) => string | undefined;

export interface ImageStart {
  /** files written before anything runs (path in the node -> text) */
  readonly files: Readonly<Record<string, string>>;
  /** commands run once, in order, before the services; the node's interfaces exist by then */
  readonly setUp: readonly (readonly string[])[];
  /** started in this order, each when the one before it is ready */
  readonly services: readonly ServiceSpec[];
  /** commands run once, in order, when all services are ready (e.g. vtysh -b) */
  readonly configure: readonly (readonly string[])[];
}

export interface ServiceSpec {
  readonly name: string;
  /** a foreground process; its output goes to logs/<node>/<name>.log */
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** whose process it is; default: root, or whom it makes itself */
  readonly user?: string;
  /** ready when this path exists in the node (a socket, a pid file); null: when it has started */
  readonly readyPath: string | null;
  /** run when this one alone was started again (`configure` of the image is for all of them) */
  readonly reconfigure?: readonly string[];
  /**
   * Start it only after the node's `exec` lines, because it wants the addresses that they give (keepalived,
   * conntrackd). The others are up before, as in containerlab, so that `exec` may talk to them (vtysh).
   */
  readonly afterExec?: true;
}
