import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { changesOfHost, readHostFacts, type HostFacts } from '../../../src/cli/run/host-facts.ts';

const before: HostFacts = {
  link: ['eth0 UP mtu 1500', 'lo UP mtu 65536'],
  route: ['eth0 default 192.0.2.1'],
  qdisc: ['eth0 {"kind":"fq_codel"}'],
  nft: ['{"table":{"name":"filter"}}'],
  sysctl: ['net/ipv4/ip_forward = 0'],
};

describe('how the machine is set', function () {
  this.timeout(20_000);

  it('is the same when nothing was done', () => {
    assert.deepEqual(changesOfHost(readHostFacts(), readHostFacts()), []);
  });

  it('is told line by line where it is not as before', () => {
    const after: HostFacts = {
      ...before,
      qdisc: ['eth0 {"kind":"netem"}'],
      sysctl: ['net/ipv4/ip_forward = 1'],
      route: [],
    };
    assert.deepEqual(changesOfHost(before, after), [
      '- route eth0 default 192.0.2.1',
      '- qdisc eth0 {"kind":"fq_codel"}',
      '+ qdisc eth0 {"kind":"netem"}',
      '- sysctl net/ipv4/ip_forward = 0',
      '+ sysctl net/ipv4/ip_forward = 1',
    ]);
  });

  it('leaves out what others have made meanwhile, but not what bears our name', () => {
    const after: HostFacts = {
      ...before,
      link: [...(before['link'] ?? []), 'veth12 UP mtu 1500', 'w1a UP mtu 1500'],
      route: [...(before['route'] ?? []), 'veth12 172.17.0.0/16'],
      nft: [...(before['nft'] ?? []), '{"table":{"name":"docker"}}', '{"table":{"name":"chaos"}}'],
    };
    assert.deepEqual(changesOfHost(before, after), [
      '+ link w1a UP mtu 1500',
      '+ nft {"table":{"name":"chaos"}}',
    ]);
  });

  it('sees each kind of change that a run could make, in a namespace of our own', function () {
    if (spawnSync('unshare', ['--user', '--map-root-user', '--net', 'true']).status !== 0) {
      this.skip();
    }
    const program = fileURLToPath(new URL('host-facts-program.ts', import.meta.url));
    const script = `sysctl -qw net.ipv4.ip_forward=0; ip link add e0 type veth peer name e1; exec "$0" --import tsx "$1"`;
    const argv = [
      '--user',
      '--map-root-user',
      '--net',
      'sh',
      '-c',
      script,
      process.execPath,
      program,
    ];
    const seen = JSON.parse(execFileSync('unshare', argv, { encoding: 'utf8' })) as Record<
      string,
      string[]
    >;
    for (const [command, changes] of Object.entries(seen)) {
      assert.ok(changes.length > 0, `${command} was not seen`);
    }
  });
});
