import assert from 'node:assert/strict';
import { readTopology } from '../../../../src/lab/clab/read-topology.ts';
import { stageLab } from '../../../../src/lab/clab/stage-lab.ts';
import type { Topology, TopologyNode } from '../../../../src/lab/topology.ts';

function read(text: string, environment: Record<string, string> = {}): Topology {
  return readTopology(text, 'x/any-name.yaml', {
    environment,
    directory: '/lab',
    readFile: (path) => (path === '/lab/common.env' ? 'A=file\nB="from file" # why\n' : undefined),
  });
}

function nodeOf(topology: Topology, name: string): TopologyNode {
  const node = topology.nodes.find((candidate) => candidate.name === name);
  assert.ok(node);
  return node;
}

describe('lab/clab/readTopology', () => {
  const inherited = `
name: Lab.1
topology:
  defaults:
    kind: linux
    image: debian:12
    exec: [echo defaults]
    env: {A: defaults, B: defaults, C: defaults, D: defaults}
    labels: {site: x}
    binds: ['defaults.conf:/etc/x.conf', '~/home.conf:/etc/home.conf']
    sysctls: {net.ipv4.ip_forward: 0}
  kinds:
    linux:
      group: routers
      exec: [echo kind]
      env: {B: kind, C: kind, D: kind}
      binds: ['kind.conf:/etc/x.conf:ro']
  groups:
    routers:
      image: quay.io/frrouting/frr:10.5.1
      exec: [echo group]
      env: {C: group, D: group}
    hosts:
      image: alpine
  nodes:
    R1.Core:
    r2:
      exec: [echo __clabNodeName__ __clabLabName__ __clabDir__]
      env: {D: node}
      binds: ['__clabNodeName__.conf:/etc/x.conf']
      sysctls: {net.ipv4.ip_forward: 1}
    h1: {group: hosts}
    br: {kind: bridge}
    labelled: {group: anything, image: busybox}
`;

  it('inherits node, group, kind, defaults, key by key', () => {
    const topology = read(inherited, { HOME: '/home/me' });
    const r1 = nodeOf(topology, 'R1.Core');
    assert.equal(topology.name, 'Lab.1');
    assert.equal(r1.image, 'quay.io/frrouting/frr:10.5.1');
    assert.equal(r1.mappedImage, 'frr');
    assert.deepEqual(r1.exec, [
      ['echo', 'defaults'],
      ['echo', 'kind'],
      ['echo', 'group'],
    ]);
    assert.deepEqual(r1.env, { A: 'defaults', B: 'kind', C: 'group', D: 'group' });
    assert.deepEqual(r1.labels, { site: 'x' });
    assert.deepEqual(r1.binds, [
      { source: '/home/me/home.conf', target: '/etc/home.conf', readOnly: false },
      { source: '/lab/kind.conf', target: '/etc/x.conf', readOnly: true },
    ]);
    assert.deepEqual(r1.position, { file: 'x/any-name.yaml', line: 26, column: 5 });
  });

  it('lets the node have the last word, and replaces magic variables', () => {
    const r2 = nodeOf(read(inherited, { HOME: '/h' }), 'r2');
    assert.equal(r2.env['D'], 'node');
    assert.deepEqual(r2.exec.at(-1), ['echo', 'r2', 'clab-Lab.1', '/lab/clab-Lab.1']);
    assert.deepEqual(r2.binds[1], {
      source: '/lab/r2.conf',
      target: '/etc/x.conf',
      readOnly: false,
    });
    assert.equal(r2.sysctls['net.ipv4.ip_forward'], '1');
  });

  it("puts an image's sysctls below those of the file", () => {
    const topology = read(inherited, { HOME: '/h' });
    // image frr: 1; defaults of the file: 0
    assert.equal(nodeOf(topology, 'R1.Core').sysctls['net.ipv4.ip_forward'], '0');
    assert.equal(nodeOf(topology, 'R1.Core').sysctls['net.ipv6.conf.all.forwarding'], '1');
  });

  it('takes a kind from the group, and a group that is not defined as a label', () => {
    const topology = read(`
name: lab
topology:
  groups: {switches: {kind: bridge}}
  nodes:
    s: {group: switches}
    h: {group: nothing, kind: LINUX, image: alpine}
`);
    assert.deepEqual(
      topology.nodes.map((n) => [n.name, n.kind, n.image, n.mappedImage]),
      [
        ['s', 'bridge', '', 'bridge'],
        ['h', 'linux', 'alpine', 'linux'],
      ],
    );
  });

  it('keeps the text of values, as Go does: 010, on, 1e3, null', () => {
    const { nodes } = read(`
name: lab
topology:
  nodes:
    a: {kind: linux, image: alpine, env: {A: 010, B: on, C: 1e3, D: , E: 'x: y'}, labels: {n: 1.50}}
`);
    assert.deepEqual(nodes[0]?.env, { A: '010', B: 'on', C: '1e3', D: '', E: 'x: y' });
    assert.deepEqual(nodes[0].labels, { n: '1.50' });
  });

  it('reads env files below env', () => {
    const { nodes } = read(`
name: lab
topology:
  nodes:
    a: {kind: linux, image: alpine, env-files: [common.env], env: {A: own}}
`);
    assert.deepEqual(nodes[0]?.env, { A: 'own', B: 'from file' });
  });

  it('substitutes the environment before it reads', () => {
    const text = `
name: \${LAB:=lab}
topology:
  nodes:
    a: {kind: linux, image: alpine, env: {ADVERT: "\${ADVERT:=1}", KEEP: $NOT_SET}}
`;
    assert.deepEqual(read(text).nodes[0]?.env, { ADVERT: '1', KEEP: '$NOT_SET' });
    assert.equal(read(text, { ADVERT: '0.1' }).nodes[0]?.env['ADVERT'], '0.1');
  });

  it('follows anchors and merges', () => {
    const { nodes } = read(`
name: lab
topology:
  nodes:
    a: &host
      kind: linux
      image: alpine
    b:
      <<: *host
      labels: {role: other}
`);
    assert.deepEqual(
      nodes.map((n) => n.mappedImage),
      ['linux', 'linux'],
    );
  });

  it('says what it does not honour, by node and key', () => {
    const { notHonoured } = read(`
name: lab
mgmt: {network: x}
topology:
  defaults: {kind: linux, image: alpine, memory: 1Gb}
  nodes:
    a: {ports: ['80:80'], binds: ['/lib/modules:/lib/modules'], env: {__IMPORT_ENVS: true}}
  links:
    - endpoints: ['a:eth1', 'host:veth1']
    - type: dummy
      endpoint: {node: a, interface: eth2}
`);
    assert.deepEqual(
      notHonoured.map((n) => [n.node, n.key, n.position.line]),
      [
        [undefined, 'mgmt', 3],
        ['a', 'ports', 7],
        ['a', 'memory', 5],
        ['a', 'binds', 7],
        ['a', 'env', 7],
        ['a', 'links', 9],
      ],
    );
  });
});

describe('lab/clab/readTopology: links', () => {
  const nodes = 'nodes: {a: , b: , c: {network-mode: none}}';
  const withLinks = (...links: string[]): Topology =>
    read(
      [
        'name: lab',
        'topology:',
        '  defaults: {kind: linux, image: alpine}',
        `  ${nodes}`,
        '  links:',
      ]
        .concat(links.map((link) => `    ${link}`))
        .join('\n'),
    );

  it('names them: own name, a~b where that is one link, else with interfaces', () => {
    const { links } = withLinks(
      "- endpoints: ['a:eth1', 'b:eth1']",
      "- endpoints: ['b:eth2', 'a:eth2']",
      "- endpoints: ['a:eth3', 'c:eth0']",
      '- {type: veth, endpoints: [{node: b, interface: e.1}, {node: c, interface: x:y}]}'.replace(
        'x:y',
        'xy',
      ),
      "- {endpoints: ['a:eth4', 'b:eth4'], vars: {chaos: {name: wan}}}",
    );
    assert.deepEqual(
      links.map((link) => link.id),
      ['a:eth1~b:eth1', 'b:eth2~a:eth2', 'a~c', 'b~c', 'wan'],
    );
  });

  it('reads rate, limit and mtu of ours, and has defaults', () => {
    const { links } = withLinks(
      "- {endpoints: ['a:eth1', 'b:eth1'], vars: {chaos: {rate: 10mbit, limit: 50, mtu: 1500}, other: 1}}",
      "- {endpoints: ['a:eth2', 'c:eth2'], mtu: 9000, labels: {x: y}}",
      "- {endpoints: ['b:eth3', 'c:eth3']}",
    );
    assert.deepEqual(
      links.map((link) => [link.rateBitPerSec, link.queueLimitPackets, link.mtu]),
      [
        [10e6, 50, 1500],
        [100e6, 1000, 9000],
        [100e6, 1000, 9500],
      ],
    );
  });

  it('gives each end a MAC that is always the same, or the one that is given', () => {
    const { links } = withLinks(
      "- endpoints: ['a:eth1', 'b:eth1']",
      '- {type: veth-stitch, endpoints: [{node: b, interface: e1, mac: "02:00:00:00:00:AA"}, {node: c, interface: e1}]}',
    );
    // sha256('a:eth1') and sha256('b:eth1') begin so (sha256sum)
    assert.equal(links[0]?.a.mac, 'aa:c1:ab:5d:9f:6a');
    assert.equal(links[0].b.mac, 'aa:c1:ab:97:c3:fd');
    assert.equal(links[1]?.a.mac, '02:00:00:00:00:aa');
  });
});

describe('lab/clab/stageLab', () => {
  it('plans one copy of each source and rewrites the binds', () => {
    const topology = read(`
name: lab
topology:
  defaults: {kind: linux, image: alpine, binds: ['common.conf:/etc/c.conf:ro']}
  nodes:
    a: {binds: ['a/x.conf:/etc/x.conf']}
    b: {binds: ['b/x.conf:/etc/x.conf']}
`);
    const staged = stageLab(topology);
    assert.deepEqual(staged.copies, [
      { from: '/lab/common.conf', to: 'lab/0/common.conf' },
      { from: '/lab/a/x.conf', to: 'lab/1/x.conf' },
      { from: '/lab/b/x.conf', to: 'lab/2/x.conf' },
    ]);
    assert.deepEqual(nodeOf(staged.topology, 'b').binds, [
      { source: 'lab/0/common.conf', target: '/etc/c.conf', readOnly: true },
      { source: 'lab/2/x.conf', target: '/etc/x.conf', readOnly: false },
    ]);
    assert.equal(nodeOf(topology, 'b').binds[1]?.source, '/lab/b/x.conf');
  });
});
