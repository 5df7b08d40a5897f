import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosError, messageOf } from '../errors.ts';
import type { ImageStart } from '../service/service.ts';
import { failure } from './exec-lines.ts';
import type { LabContext } from './lab.ts';
import { COMMAND_SERVICE, withCommand } from './node-command.ts';
import { startServices, type ServedNode } from './node-services.ts';
import type { DnsSettings, HealthCheck, WaitFor } from './topology.ts';

/** How far the nodes of a lab are, for those that wait for others (`stages`). */
export class LabStages {
  readonly #reached = new Set<string>();
  #waiting: readonly { readonly key: string; readonly resolve: () => void }[] = [];

  reached(node: string, what: WaitFor['until']): void {
    const key = keyOf({ node, until: what });
    this.#reached.add(key);
    for (const waiting of this.#waiting) if (waiting.key === key) waiting.resolve();
    this.#waiting = this.#waiting.filter((waiting) => waiting.key !== key);
  }

  async wait(wait: WaitFor, signal: AbortSignal): Promise<void> {
    const key = keyOf(wait);
    if (this.#reached.has(key)) return;
    let stopListening = (): void => undefined;
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        reject(signal.reason as Error);
      };
      stopListening = () => {
        signal.removeEventListener('abort', abort);
      };
      signal.addEventListener('abort', abort);
      this.#waiting = [...this.#waiting, { key, resolve }];
    });
    stopListening();
  }
}

function keyOf({ node, until }: WaitFor): string {
  return `${node} ${until}`;
}

/** When the lab comes up: what the node waits for, its daemons and `exec` lines, its health. */
export async function serveInStages(
  node: ServedNode,
  start: ImageStart,
  context: LabContext,
  stages: LabStages,
): Promise<void> {
  const { waitFor = [], startupDelayS = 0 } = node.topology.settings ?? {};
  for (const wait of waitFor) await stages.wait(wait, context.signal);
  if (startupDelayS > 0) await sleep(startupDelayS * 1000, undefined, { signal: context.signal });
  await serveNode(
    node,
    start,
    {
      ...context,
      onEvent: (event) => {
        if (event.type === 'service-exited' && event.service === COMMAND_SERVICE) {
          stages.reached(node.name, 'exited');
        }
        context.onEvent(event);
      },
    },
    () => {
      stages.reached(node.name, 'configured');
    },
  );
  stages.reached(node.name, 'healthy');
}

/** The same for a node that comes back alone: it waits for nobody. */
export async function serveNode(
  node: ServedNode,
  start: ImageStart,
  context: LabContext,
  configured: () => void = () => undefined,
): Promise<void> {
  await startServices(node, withCommand(node, start, context), context);
  configured();
  const { healthcheck } = node.topology.settings ?? {};
  if (healthcheck !== undefined) await untilHealthy(node, healthcheck, context.signal);
}

/** @throws ChaosError 'lab-failed' when it fails as often as makes a container unhealthy */
async function untilHealthy(
  node: ServedNode,
  { argv, intervalS, timeoutS, retries, startPeriodS }: HealthCheck,
  signal: AbortSignal,
): Promise<void> {
  const fromS = process.uptime();
  for (let failures = 0; ;) {
    const why = await checkHealth(node, argv, timeoutS);
    if (why === undefined) return;
    if (process.uptime() - fromS >= startPeriodS) failures++;
    if (failures >= retries) {
      throw new ChaosError('lab-failed', `node '${node.name}' is unhealthy: ${why}`, {
        hint: 'its healthcheck is in the lab file',
      });
    }
    await sleep(intervalS * 1000, undefined, { signal });
  }
}

/** What is wrong with it. */
async function checkHealth(
  node: ServedNode,
  argv: readonly string[],
  timeoutS: number,
): Promise<string | undefined> {
  try {
    const result = await node.exec(argv, { timeoutMs: timeoutS * 1000 });
    return result.code === 0 ? undefined : failure(result);
  } catch (error) {
    return messageOf(error);
  }
}

/** Files that a node gets because of its keys: resolv.conf(5). */
export function filesOfSettings(dns: DnsSettings | undefined): Readonly<Record<string, string>> {
  if (dns === undefined) return {};
  const { servers, search, options } = dns;
  const lines = [
    ...servers.map((server) => `nameserver ${server}`),
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
  ];
  return { '/etc/resolv.conf': `${lines.join('\n')}\n` };
}
