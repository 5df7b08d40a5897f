import { spawnSync } from 'node:child_process';
import { netnsDriver } from '../src/lab/netns/netns-driver.ts';
import { images } from '../src/service/registry.ts';
import type { Image } from '../src/service/service.ts';
import { startRoom } from '../src/wire/room-main.ts';
import { chainTopology } from './chain-topology.ts';

/**
 * Runs inside a sandbox: `chain-program RUN-DIRECTORY KIND N`. Raises a chain of N nodes and takes it down, and prints
 * `{"result": {upMs, downMs}}`. KIND: ip (raw `ip -batch`), net (bare nodes), init (private files and an init).
 */

/** What a node with services gets, without a service: the directories of a router image, and an init. */
const withInit: Image = {
  name: 'bench-init',
  about: '',
  standsFor: [],
  level: 'pid',
  packages: [],
  programs: [],
  privateDirectories: (images['frr'] ?? images['linux'])?.privateDirectories ?? [],
  environment: {},
  sysctls: {},
  start: () => ({ files: {}, setUp: [], services: [], configure: [] }),
};

async function ours(n: number, image: string, runDirectory: string): Promise<[number, number]> {
  const topology = chainTopology(n, image);
  const started = performance.now();
  const room = startRoom(process.hrtime.bigint(), { sendAhead: false });
  const lab = await netnsDriver.start(topology, {
    room,
    runDirectory,
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  const up = performance.now();
  await lab.stop();
  await room.close();
  return [up - started, performance.now() - up];
}

/** The same nodes and links by iproute2: no wires in between. A batch cannot change namespace: one `ip -n` a node. */
function iproute(n: number): [number, number] {
  const nodes = Array.from({ length: n }, (_, i) => i);
  const started = performance.now();
  batch(nodes.map((i) => `netns add n${i}`));
  batch(
    nodes.slice(1).map((i) => `link add eth2 netns n${i - 1} type veth peer name eth1 netns n${i}`),
  );
  for (const i of nodes) {
    const ends = [...(i > 0 ? ['eth1'] : []), ...(i < n - 1 ? ['eth2'] : [])];
    batch(
      ['lo', ...ends].map((end) => `link set ${end} up`),
      ['-n', `n${i}`],
    );
  }
  const up = performance.now();
  batch(nodes.map((i) => `netns del n${i}`));
  return [up - started, performance.now() - up];
}

function batch(lines: readonly string[], options: readonly string[] = []): void {
  const { status, stderr } = spawnSync('ip', [...options, '-batch', '-'], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`ip: ${stderr}`);
}

const [, , runDirectory = '', kind = '', count = ''] = process.argv;
(images as Record<string, Image>)[withInit.name] = withInit;
const n = Number(count);
const measured =
  kind === 'ip'
    ? iproute(n)
    : await ours(n, kind === 'net' ? 'linux' : withInit.name, runDirectory);
const [upMs, downMs] = measured;
process.stdout.write(`${JSON.stringify({ result: { upMs, downMs } })}\n`, () => process.exit(0));
