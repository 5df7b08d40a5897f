import assert from 'node:assert/strict';
import { ChaosError } from '../../../../src/errors.ts';
import { readTopology } from '../../../../src/lab/clab/read-topology.ts';
import { bytesOf } from '../../../../src/lab/clab/settings.ts';
import { notHonouredBy, type NodeSettings, type Topology } from '../../../../src/lab/topology.ts';

function read(nodes: string): Topology {
  const text = `name: x\ntopology:\n  defaults: { kind: linux, image: linux }\n  nodes:\n${nodes}`;
  return readTopology(text, 'x.clab.yml', { environment: {}, directory: '/lab' });
}

function settingsOf(node: string): NodeSettings | undefined {
  return read(`    a: ${node}`).nodes[0]?.settings;
}

/** What is said of a file that is refused. */
function complaints(nodes: string): readonly string[] {
  try {
    read(nodes);
  } catch (error) {
    if (error instanceof ChaosError) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('what a lab file says of how a node runs', () => {
  it('is nothing for most', () => {
    assert.equal(settingsOf('{ exec: [ip link] }'), undefined);
  });

  it('is one command of entrypoint and cmd, split as containerlab does', () => {
    const { command } = settingsOf(`{ entrypoint: 'env A="b c"', cmd: sleep 1 }`) ?? {};
    assert.deepEqual(command, ['env', 'A=b c', 'sleep', '1']);
  });

  it("is a health check with Docker's defaults, through a shell where it says so", () => {
    const { healthcheck } =
      settingsOf(`{ healthcheck: { test: [CMD-SHELL, a, b], retries: 2 } }`) ?? {};
    assert.deepEqual(healthcheck, {
      ...{ argv: ['/bin/sh', '-c', 'a b'], intervalS: 30, timeoutS: 30 },
      ...{ retries: 2, startPeriodS: 0 },
    });
    assert.equal(settingsOf('{ healthcheck: { test: [NONE] } }'), undefined);
  });

  it('is who waits for whom; waits for what is there before anything starts are none', () => {
    const wait = (stage: string): string =>
      `{ stages: { create: { wait-for: [{ node: b, stage: ${stage} }] } } }`;
    const of = (stage: string): unknown =>
      read(`    a: ${wait(stage)}\n    b: { cmd: sleep 1 }`).nodes[0]?.settings?.waitFor;
    assert.equal(of('create-links'), undefined);
    assert.deepEqual(of('configure'), [{ node: 'b', until: 'configured' }]);
    assert.deepEqual(of('exit'), [{ node: 'b', until: 'exited' }]);
  });

  it('is refused where nodes wait for each other, for nobody, or for an end that does not come', () => {
    const wait = (node: string, stage: string): string =>
      `{ stages: { configure: { wait-for: [{ node: ${node}, stage: ${stage} }] } } }`;
    assert.deepEqual(complaints(`    a: ${wait('b', 'healthy')}\n    b: ${wait('a', 'healthy')}`), [
      "'a' waits for a node that waits for it",
    ]);
    assert.deepEqual(complaints(`    a: ${wait('nobody', 'healthy')}`), [
      "'a' waits for no other node: 'nobody'",
    ]);
    assert.deepEqual(complaints(`    a: ${wait('b', 'exit')}\n    b: {}`), [
      "'a' waits for the end of 'b', which has no cmd that ends",
    ]);
  });

  it('is read of any number of nodes that wait for all those before them', () => {
    const nodes = Array.from({ length: 40 }, (_, k) => {
      const before = Array.from({ length: k }, (_, j) => `{ node: n${j}, stage: configure }`);
      return `    n${k}: { stages: { create: { wait-for: [${before.join(', ')}] } } }`;
    });
    assert.equal(read(nodes.join('\n')).nodes.at(-1)?.settings?.waitFor?.length, 39);
  });

  it('loses no commands of a node that is called as a stage is', () => {
    const exec = '{ stages: { configure: { exec: [{ command: ip link }] } } }';
    const { nodes, notHonoured } = read(`    exit: ${exec}\n    create: ${exec}`);
    assert.deepEqual([nodes.map((node) => node.exec.length), notHonoured], [[1, 1], []]);
  });

  it('is refused where it is no size, no path, no check', () => {
    assert.deepEqual(complaints('    a: { memory: much }'), ["'much' is no size"]);
    assert.deepEqual(complaints('    a: { tmpfs: { data: size=1m } }'), [
      "'data' is no absolute path in the node",
    ]);
    assert.deepEqual(complaints('    a: { healthcheck: { test: [curl] } }'), [
      "a health check begins with CMD, CMD-SHELL or NONE, not 'curl'",
    ]);
  });

  it('reads sizes as go-humanize does', () => {
    const sizes = { '64mb': 64e6, '1Gb': 1e9, '512 KiB': 524288, '1,000': 1000, '1.5k': 1500 };
    for (const [text, bytes] of Object.entries(sizes)) assert.equal(bytesOf(text), bytes, text);
    for (const text of ['', 'x', '1 furlong', '-1']) assert.equal(bytesOf(text), undefined, text);
  });

  it('is left out by one driver and not by the other, and said so', () => {
    const topology = read('    a: { memory: 1Gb, ports: ["80:80"], privileged: true }');
    const keys = (driver: string): readonly string[] =>
      notHonouredBy(topology, driver).map(({ key }) => key);
    assert.deepEqual(keys('netns'), ['memory', 'ports']);
    assert.deepEqual(keys('containerlab'), ['ports']);
  });
});
