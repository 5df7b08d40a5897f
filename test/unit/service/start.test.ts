import assert from 'node:assert/strict';
import type { TopologyLink, TopologyNode } from '../../../src/lab/topology.ts';
import { images } from '../../../src/service/registry.ts';
import type { Image, ImageStart } from '../../../src/service/service.ts';

const position = { file: 'lab.yml', line: 1, column: 1 };

function image(name: string): Image {
  const found = images[name];
  assert.ok(found);
  return found;
}

function node(env: Record<string, string> = {}): TopologyNode {
  const plain = { kind: 'linux', image: 'x', mappedImage: 'x', binds: [], exec: [] };
  return { name: 'n', ...plain, env, labels: {}, sysctls: {}, position };
}

/** A link from `n` to another node. */
function link(interfaceName: string, mac: string): TopologyLink {
  return {
    id: interfaceName,
    a: { node: 'n', interface: interfaceName, mac },
    b: { node: 'other', interface: `x${interfaceName}`, mac: 'aa:c1:ab:00:00:00' },
    mtu: 9500,
    rateBitPerSec: 1e8,
    queueLimitPackets: 1000,
    position,
  };
}

function start(name: string, files: Record<string, string>, of = node()): ImageStart {
  return image(name).start(of, [], (path) => files[path]);
}

const names = (started: ImageStart): readonly string[] => started.services.map((s) => s.name);

describe('service: bridge', () => {
  const links = [link('eth2', 'aa:c1:ab:00:00:02'), link('eth10', 'aa:c1:ab:00:00:01')];
  const batchOf = (env: Record<string, string>): readonly string[] => {
    const started = image('bridge').start(node(env), links, () => undefined);
    assert.deepEqual(started.setUp, [['ip', '-batch', '/run/bridge.ip']]);
    return (started.files['/run/bridge.ip'] ?? '').trimEnd().split('\n');
  };

  it('is a hub without STP by default, with the lowest address of its ports', () => {
    assert.deepEqual(batchOf({}), [
      'link add name br0 address aa:c1:ab:00:00:01 type bridge mcast_snooping 0 stp_state 0' +
        ' priority 32768 hello_time 200 max_age 2000 forward_delay 1500 ageing_time 30000',
      'link set dev eth10 master br0',
      'link set dev eth10 type bridge_slave cost 2 priority 32',
      'link set dev eth2 master br0',
      'link set dev eth2 type bridge_slave cost 2 priority 32',
      'link set dev br0 up',
    ]);
  });

  it('takes timers, priorities and costs from its environment', () => {
    const lines = batchOf({
      STP: 'on',
      BRIDGE_PRIORITY: '4096',
      HELLO_TIME: '1.5',
      PORT_COST_eth2: '100',
    });
    assert.match(lines[0] ?? '', /stp_state 1 priority 4096 hello_time 150 /);
    assert.equal(lines[4], 'link set dev eth2 type bridge_slave cost 100 priority 32');
  });

  it('refuses what the kernel would', () => {
    const refuse = (env: Record<string, string>): readonly string[] =>
      (image('bridge').refuse?.(node(env), links) ?? []).map((c) => c.message);
    assert.deepEqual(
      refuse({ STP: 'on', HELLO_TIME: '1', PORT_PRIORITY_eth2: '63', OTHER: 'x' }),
      [],
    );
    assert.deepEqual(refuse({ STP: 'true' }), ["STP is 'true'"]);
    assert.deepEqual(refuse({ MAX_AGE: '41' }), ["MAX_AGE is '41'"]);
    assert.deepEqual(refuse({ BRIDGE_PRIORITY: '1.5' }), ["BRIDGE_PRIORITY is '1.5'"]);
    assert.deepEqual(refuse({ PORT_COST_eth2: '0' }), ["PORT_COST_eth2 is '0'"]);
    assert.deepEqual(refuse({ PORT_COST_eth3: '1' }), [
      "'PORT_COST_eth3': switch 'n' has no link at 'eth3'",
    ]);
  });
});

describe('service: frr', () => {
  it('takes the options of other people, but for those that put a daemon into the background', () => {
    const text = 'frr_profile="datacenter"\nzebra_options=" -s 9 --daemon -A 127.0.0.1 -d"\n';
    const [zebra] = start('frr', { '/etc/frr/daemons': text }).services;
    assert.deepEqual(zebra?.argv.slice(1, 7), ['-F', 'datacenter', '-s', '9', '-A', '127.0.0.1']);
  });

  it('has a file of daemons to edit where the lab binds none', () => {
    const text = start('frr', {}).files['/etc/frr/daemons'] ?? '';
    assert.match(text, /^bgpd=no$/m);
    assert.doesNotMatch(text, /zebra|staticd/);
  });

  const daemons = [
    'bgpd=no', 'ospfd=yes', 'bfdd="yes"', '#ripd=yes', 'vtysh_enable=yes',
    `zebra_options="  -A 127.0.0.1 -s 90000000"`, `ospfd_options=" -d -A 10.0.0.1 -P 0" # why`,
  ].join('\n'); // prettier-ignore

  it('starts zebra first, then what /etc/frr/daemons turns on, in the foreground', () => {
    const started = start('frr', { '/etc/frr/daemons': daemons });
    assert.deepEqual(names(started), ['zebra', 'ospfd', 'bfdd']);
    assert.deepEqual(started.services[1], {
      name: 'ospfd',
      argv: [
        '/usr/lib/frr/ospfd', '-A', '10.0.0.1', '-P', '0', '--log', 'stdout', '--log-level', 'info',
      ], // prettier-ignore
      readyPath: '/run/frr/ospfd.vty',
    });
    assert.deepEqual(started.configure, []);
  });

  it('gives the integrated configuration when all daemons are there', () => {
    const started = start('frr', {
      '/etc/frr/daemons': daemons,
      '/etc/frr/frr.conf': 'router ospf',
    });
    assert.deepEqual(started.configure, [['vtysh', '-b']]);
  });

  it('starts staticd for static routes only', () => {
    const conf = (text: string): readonly string[] =>
      names(start('frr', { '/etc/frr/frr.conf': text }));
    assert.deepEqual(conf('ip route 10.0.0.0/8 10.0.0.1\n'), ['zebra', 'staticd']);
    assert.deepEqual(conf('vrf x\n ipv6 route ::/0 fe80::1 eth0\n'), ['zebra', 'staticd']);
    assert.deepEqual(conf('router ospf\n'), ['zebra']);
  });
});

describe('service: keepalived and firewall', () => {
  it("gives keepalived the node's env as definitions", () => {
    const started = start('keepalived', {}, node({ ADVERT: '0.1', B: 'x y', 'not-a-name': '1' }));
    assert.deepEqual(started.files, { '/etc/keepalived/node.conf': '$ADVERT=0.1\n$B=x y\n' });
    assert.deepEqual(names(started), ['keepalived']);
    assert.equal(started.services[0]?.afterExec, true);
  });

  it('starts of a firewall what is bound, the rules before all', () => {
    const all = start('firewall', {
      '/etc/nftables.conf': '',
      '/etc/frr/daemons': 'ospfd=yes',
      '/etc/frr/frr.conf': '',
      '/etc/conntrackd/conntrackd.conf': '',
      '/etc/keepalived/keepalived.conf': '',
    });
    assert.deepEqual(all.setUp, [['nft', '-f', '/etc/nftables.conf']]);
    assert.deepEqual(names(all), ['zebra', 'ospfd', 'conntrackd', 'keepalived']);
    assert.deepEqual(all.configure, [['vtysh', '-b']]);
    const none = start('firewall', {});
    assert.deepEqual([none.setUp, names(none), none.configure], [[], [], []]);
  });
});
