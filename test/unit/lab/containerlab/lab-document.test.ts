import assert from 'node:assert/strict';
import { readDocument, readTopology } from '../../../../src/lab/clab/read-topology.ts';
import { writeDocument } from '../../../../src/lab/clab/write-document.ts';
import { deployDocument } from '../../../../src/lab/containerlab/lab-document.ts';

const LAB = `
name: pair
topology:
  nodes:
    a:
      kind: linux
      image: chaos/frr
      env: { PRICE: $$5 }
      exec: [ip address add 10.0.0.1/24 dev eth1]
      binds: [a.conf:/etc/frr/frr.conf:ro, data:/data]
      labels: { site: a }
      sysctls: { net.ipv4.conf.eth1/10.rp_filter: 1, net.ipv4.tcp_fin_timeout: 7 }
    b: { kind: linux, image: chaos/linux }
  links:
    - endpoints: [a:eth1, b:eth1]
      mtu: 1500
    - endpoints: [a:eth2, b:eth2]
`;

describe('the topology file that stock containerlab deploys', () => {
  const topology = readTopology(LAB, 'pair.clab.yml', { environment: {}, directory: '/lab' });
  const document = deployDocument(topology, {
    name: 'chaos-pair',
    run: 'a1b2',
    bindSource: (node, index) => `/run/binds/${node}/${String(index)}`,
  });
  const { nodes, links } = document['topology'] as unknown as {
    nodes: Record<string, Record<string, unknown>>;
    links: Record<string, unknown>[];
  };

  it('has two host links for each link, with its MTU and the MAC of its end', () => {
    assert.deepEqual(
      links.map((link) => [link['type'], link['host-interface'], link['mtu']]),
      [
        ['host', 'chaos0a', 1500],
        ['host', 'chaos0b', 1500],
        ['host', 'chaos1a', 9500],
        ['host', 'chaos1b', 9500],
      ],
    );
    const [end] = links.map((link) => link['endpoint']);
    const mac = topology.links[0]?.a.mac;
    assert.deepEqual(end, { node: 'a', interface: 'eth1', mac });
  });

  it('lets nothing come back by itself, come by another way, or be pulled', () => {
    for (const node of Object.values(nodes)) {
      assert.equal(node['restart-policy'], 'no');
      assert.equal(node['network-mode'], 'none');
      assert.equal(node['image-pull-policy'], 'Never');
    }
  });

  it('leaves what waits for daemons or interfaces to us', () => {
    assert.equal(nodes['a']?.['exec'], undefined);
    const sysctls = nodes['a']?.['sysctls'] as Record<string, string>;
    assert.equal(sysctls['net.ipv4.conf.eth1/10.rp_filter'], undefined);
    assert.equal(sysctls['net.ipv4.tcp_fin_timeout'], '7');
    assert.equal(sysctls['net.ipv4.ip_forward'], '1', 'an frr image routes');
  });

  it('binds copies of the run, read-only where the lab says so', () => {
    assert.deepEqual(nodes['a']?.['binds'], [
      '/run/binds/a/0:/data',
      '/run/binds/a/1:/etc/frr/frr.conf:ro',
    ]);
  });

  it('is read as it was meant', () => {
    const text = writeDocument(document);
    assert.match(text, /PRICE: "\$\$5"/);
    assert.deepEqual(readDocument(text, 'deploy.clab.yml', { environment: {} }), document);
  });
});
