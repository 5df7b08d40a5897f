import assert from 'node:assert/strict';
import { needsOwnRoot } from '../../../../src/lab/netns/own-root.ts';
import { readTopology } from '../../../../src/lab/clab/read-topology.ts';
import { images } from '../../../../src/service/registry.ts';
import { adviceFor } from '../../../../src/service/tools.ts';

function needs(keys: string, commands: readonly (readonly string[])[] = []): boolean {
  const text = `name: x\ntopology:\n  nodes:\n    a: {kind: linux, image: alpine, ${keys}}\n`;
  const [node] = readTopology(text, 'x.clab.yml', { environment: {} }).nodes;
  assert.ok(node);
  return needsOwnRoot(
    node,
    images[node.mappedImage]?.privateDirectories ?? assert.fail(),
    commands,
  );
}

describe('lab/netns: who gets a root directory of its own', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['exec: []', false],
    ['exec: [ip link set eth1 up, /usr/sbin/sysctl -w net.ipv4.ip_forward=1, vtysh -b]', false],
    ['exec: [ip link set eth1 up, "sh -c \'true > /srv/x\'"]', true],
    ['exec: [touch /etc/x]', true],
    ['binds: ["x:/etc/frr/frr.conf"]', false],
    ['binds: ["x:/etc/frr", "y:/tmp/x", "z:/run/x/y"]', false],
    // written there, and not to the machine's
    ['binds: ["x:/etc/frr", "y:/usr/share/x"]', true],
    ['binds: ["x:/var/lib/x"]', true],
    ['tmpfs: { /var/lib/x: size=1m }', false],
    ['binds: ["x:/config/x"]', true],
    ['binds: ["x:/run.sh"]', true],
    ['binds: ["x:/home/user/x"]', true],
  ];
  for (const [keys, expected] of cases) {
    it(`${keys}: ${expected}`, () => {
      assert.equal(needs(keys), expected);
    });
  }
});

describe('lab/netns: who is given commands by a run', () => {
  it('gets one too, where they may write', () => {
    assert.equal(needs('exec: []', [['ip', 'link'], []]), false);
    assert.equal(needs('exec: []', [['sh', '-c', 'true > /srv/x']]), true);
  });
});

describe('service/tools', () => {
  it('names the package of a program that is not there, and what to do about package managers', () => {
    assert.equal(adviceFor('dig'), 'apt-get install --no-install-recommends bind9-dnsutils');
    assert.match(adviceFor('apk') ?? '', /install on the machine/);
    assert.equal(adviceFor('constructor'), undefined);
  });
});
