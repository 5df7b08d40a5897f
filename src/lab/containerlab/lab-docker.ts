import type Docker from 'dockerode';
import type { NamespaceFds } from '../../host/namespaces.ts';

/** The Docker that a lab's containers run in, whoever's it is. */
export interface LabDocker {
  readonly docker: Docker;
  /** for DOCKER_HOST */
  readonly address: string;
  /** the run's id in names and labels; null in a Docker that nobody else uses */
  readonly run: string | null;
  /** the stock program */
  readonly containerlab: string;
  /** what is "the host" to it (stock-host.ts) */
  readonly host: NamespaceFds;
  /** what containerlab writes, and copies of what nodes bind: the daemon sees it by the same path */
  readonly directory: string;
  /** End it, where it is the run's own. */
  stop(): Promise<void>;
}
