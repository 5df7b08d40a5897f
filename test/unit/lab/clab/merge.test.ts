import assert from 'node:assert/strict';
import type { LabDocument } from '../../../../src/lab/clab/document.ts';
import { readDocument, readTopology } from '../../../../src/lab/clab/read-topology.ts';

const nodesOf = (...lines: string[]): unknown => {
  const text = ['name: x', 'topology:', '  nodes:', ...lines.map((line) => `    ${line}`)].join(
    '\n',
  );
  const document: LabDocument = readDocument(text, 'x.clab.yml', { environment: {} });
  return (document['topology'] as { readonly nodes: unknown }).nodes;
};

// what containerlab 0.79 (yaml.v2 2.4.0, strict) makes of the same texts; run, not read
describe("lab/clab: aliases and '<<'", () => {
  it('a whole node may be an alias', () => {
    assert.deepEqual(nodesOf('a: &a {kind: linux, exec: [ip a]}', 'b: *a'), {
      a: { kind: 'linux', exec: ['ip a'] },
      b: { kind: 'linux', exec: ['ip a'] },
    });
  });

  it('keys of the node replace those that came in; its maps and structs are merged, its lists replaced', () => {
    const nodes = nodesOf(
      'a: &a',
      '  kind: linux',
      '  env: {A: 1}',
      '  hostname: h',
      '  exec: [a]',
      '  healthcheck: {test: [a], retries: 3}',
      'b:',
      '  <<: *a',
      '  env: {B: 2}',
      '  hostname:',
      '  exec: [b]',
      '  healthcheck: {timeout: 2}',
    ) as Readonly<Record<string, unknown>>;
    assert.deepEqual(nodes['b'], {
      kind: 'linux',
      env: { A: '1', B: '2' },
      exec: ['b'],
      healthcheck: { test: ['a'], retries: 3, timeout: 2 },
    });
  });

  it('a merge below a key replaces it, and of a list of merges the first wins', () => {
    assert.deepEqual(
      nodesOf(
        'a: &a {image: one, type: t}',
        'b: &b {image: two, user: u}',
        'c: {image: own, <<: *a}',
        'd: {<<: [*a, *b]}',
      ),
      {
        a: { image: 'one', type: 't' },
        b: { image: 'two', user: 'u' },
        c: { image: 'one', type: 't' },
        d: { image: 'one', user: 'u', type: 't' },
      },
    );
  });

  it('reads scalars as Go does: octal, underscores, y and n, a fraction of a whole number', () => {
    assert.deepEqual(
      nodesOf(
        'a: {startup-delay: 0x10, cpu: 1_0, memory: 010, privileged: y, healthcheck: {retries: 2.9, timeout: 010}, image: null}',
      ),
      {
        a: {
          'startup-delay': 16,
          cpu: 10,
          memory: '010',
          privileged: true,
          healthcheck: { retries: 2, timeout: 8 },
        },
      },
    );
  });

  it('gives the positions of what was merged', () => {
    const text = [
      'name: x',
      'topology:',
      '  nodes:',
      '    a: &a {kind: linux, image: alpine, env: &e {A: 1}, memory: 1Gb}',
      '    b: {<<: *a, ports: ["80:80"]}',
    ].join('\n');
    const { notHonoured } = readTopology(text, 'x', { environment: {} });
    assert.deepEqual(
      notHonoured.map(({ node, key, position }) => [node, key, position.line, position.column]),
      [
        ['a', 'memory', 4, 56],
        ['b', 'memory', 4, 56],
        ['b', 'ports', 5, 17],
      ],
    );
  });
});
