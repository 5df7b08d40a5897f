import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosError } from '../../errors.ts';
import type { ImageStart, ServiceSpec } from '../../service/service.ts';
import type { LabContext } from '../lab.ts';
import { failure, runExecLines } from './exec-lines.ts';
import type { NetnsNode } from './netns-node.ts';

const READY_WITHIN_MS = 30_000;
const READY_POLL_MS = 20;

/** Bring a node from "files are in place" to "all services ready", in the order that service.ts states. */
export async function startServices(
  node: NetnsNode,
  image: ImageStart,
  context: LabContext,
): Promise<void> {
  for (const argv of image.setUp) await mustSucceed(node, argv, 'set-up');
  await startAll(
    node,
    image.services.filter((s) => s.afterExec !== true),
    context,
  );
  for (const argv of image.configure) await mustSucceed(node, argv, 'configuration');
  await runExecLines(node, context);
  await startAll(
    node,
    image.services.filter((s) => s.afterExec === true),
    context,
  );
}

async function startAll(
  node: NetnsNode,
  services: readonly ServiceSpec[],
  context: LabContext,
): Promise<void> {
  for (const service of services) await startService(node, service, context);
}

async function startService(
  node: NetnsNode,
  service: ServiceSpec,
  context: LabContext,
): Promise<void> {
  const directory = join(context.runDirectory, 'logs', node.name);
  mkdirSync(directory, { recursive: true });
  const logPath = join(directory, `${service.name}.log`);
  const log = openSync(logPath, 'a');
  const child = node.spawn(service.argv, {
    stdio: ['ignore', log, log],
    ...(service.env !== undefined && { env: service.env }),
  });
  closeSync(log);
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = signal ?? `exit code ${code}`;
    if (context.signal.aborted) return;
    context.onEvent({
      type: 'service-exited',
      node: node.name,
      service: service.name,
      code,
      signal,
    });
  });
  await untilReady(node, service, context, () => ended, logPath);
  context.onEvent({ type: 'service-started', node: node.name, service: service.name });
}

async function untilReady(
  node: NetnsNode,
  service: ServiceSpec,
  context: LabContext,
  ended: () => string | undefined,
  logPath: string,
): Promise<void> {
  const { readyPath } = service;
  const attempts = READY_WITHIN_MS / READY_POLL_MS;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const end = ended();
    if (end !== undefined) throw notReady(node, service, `ended (${end})`, logPath);
    context.signal.throwIfAborted();
    // absolute symbolic links (/var/run -> /run) would lead out of /proc/<pid>/root, so the path must be a real one
    if (readyPath === null || existsSync(`/proc/${node.initPid}/root${readyPath}`)) return;
    await sleep(READY_POLL_MS);
  }
  throw notReady(node, service, `has no ${readyPath} after ${READY_WITHIN_MS / 1000} s`, logPath);
}

function notReady(
  node: NetnsNode,
  service: ServiceSpec,
  what: string,
  logPath: string,
): ChaosError {
  const tail = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
  return new ChaosError('lab-failed', `node '${node.name}': service '${service.name}' ${what}`, {
    hint: tail === '' ? `it wrote nothing to its log` : `the end of its log:\n${tail}`,
  });
}

async function mustSucceed(node: NetnsNode, argv: readonly string[], what: string): Promise<void> {
  const result = await node.exec(argv);
  if (result.code !== 0) {
    throw new ChaosError('lab-failed', `node '${node.name}': ${what} failed: ${failure(result)}`);
  }
}
