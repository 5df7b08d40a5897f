import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodeKeys, TABLE_DRIVERS } from '../../../src/lab/clab/node-keys.ts';
import { readTopology } from '../../../src/lab/clab/read-topology.ts';
import { notHonouredBy } from '../../../src/lab/topology.ts';
import { guestDockerHere } from './guest-docker-here.ts';
import { inGuest } from './in-guest.ts';

interface Look {
  readonly node: string;
  readonly argv: readonly string[];
  /** a pattern of what it says */
  readonly says: string;
}

interface Notice {
  readonly node?: string;
  readonly key?: string;
  readonly message: string;
}

const LAB = 'test/lab/containerlab/labs/keys.clab.yml';

const sh = (node: string, script: string, says: string): Look => ({
  node,
  argv: ['sh', '-c', script],
  says,
});

/** What a command in a node sees of each key; under netns those of Docker alone are said to be lost, or change nothing. */
const LOOKS: Readonly<Record<string, Look>> = {
  binds: sh('after', 'cat /etc/keys.env', '^GREETING='),
  exec: sh('shell', 'cat /tmp/up', '^up\n$'),
  env: sh('client', 'echo $FROM', '^client\n$'),
  'env-files': sh('client', 'echo $GREETING', '^hello lab\n$'),
  sysctls: sh('client', 'cat /proc/sys/net/ipv4/tcp_fin_timeout', '^7\n$'),
  hostname: sh('web', 'hostname', '^www\n$'),
  entrypoint: sh('web', 'ps -eo args', '\npython3 -m http.server 8080 --directory /srv\n'),
  cmd: sh('job', 'cat /tmp/done', '^done\n$'),
  user: sh('guest', 'cat /tmp/owner; ps -o user= -C sleep | sort -u', '^nobody\nnobody\n'),
  healthcheck: sh('client', 'cat /tmp/code', '^200$'),
  'startup-delay': sh(
    'after',
    `test $(($(cat /tmp/at) - ${uptimeOf('1')})) -ge 5 && echo late`,
    '^late\n$',
  ),
  stages: sh('after', 'test $(cat /tmp/staged) -le $(cat /tmp/at) && echo first', '^first\n$'),
  dns: sh(
    'web',
    'cat /etc/resolv.conf',
    '^nameserver 192.0.2.53\nsearch lab.example\noptions ndots:2\n$',
  ),
  tmpfs: sh('web', 'df --output=fstype,size -k /data | tail -1', '^tmpfs +1024\n$'),
  'shm-size': sh('web', 'df --output=size -k /dev/shm | tail -1', '^ *32768\n$'),
};

/** Of Docker alone. */
const CONTAINER_LOOKS: Readonly<Record<string, Look>> = {
  memory: sh('web', 'cat /sys/fs/cgroup/memory.max', '^64000000\n$'),
  cpu: sh('web', 'cat /sys/fs/cgroup/cpu.max', '^50000 100000\n$'),
  'cap-add': sh(
    'small',
    'grep CapEff /proc/1/status',
    '\t00000000a80435fb\n$|\t00000000a80455fb\n$',
  ),
  privileged: sh('small', 'mount -t tmpfs none /mnt 2>&1 || echo refused', 'refused\n$'),
  devices: sh('small', 'test -c /dev/kmsg && echo there', '^there\n$'),
  'cgroupns-mode': sh('small', 'cat /proc/1/cgroup', '^0::/docker/'),
  'security-opts': sh('small', 'grep NoNewPrivs /proc/1/status', '\t1\n$'),
};

/** Looked at elsewhere, or nothing that a command could see. */
const ELSEWHERE: readonly string[] = [
  ...['kind', 'group', 'image', 'labels', 'network-mode', 'cpu-set'],
  ...['type', 'position', 'image-pull-policy', 'restart-policy', 'auto-remove', 'link-apply-mode'],
  ...['runtime', 'license', 'credentials', 'username', 'password'],
];

/** When a process of the node was started, in seconds since the kernel was: proc(5), field 22 in hundredths. */
function uptimeOf(pid: string): string {
  return `$(($(cut -d' ' -f22 /proc/${pid}/stat) / 100))`;
}

describe('keys of nodes', function () {
  this.timeout(300_000);
  const path = fileURLToPath(new URL(`../../../${LAB}`, import.meta.url));
  const lab = readTopology(readFileSync(path, 'utf8'), path, {
    environment: {},
    readFile: (file) => readFileSync(file, 'utf8'),
  });

  it('each that does something has a look in this file', () => {
    const honoured = Object.entries(nodeKeys)
      .filter(([, key]) => TABLE_DRIVERS.some((driver) => 'does' in key[driver]))
      .map(([name]) => name);
    const looked = [...Object.keys(LOOKS), ...Object.keys(CONTAINER_LOOKS), ...ELSEWHERE];
    assert.deepEqual(looked.sort(), honoured.sort());
  });

  for (const driver of TABLE_DRIVERS) {
    describe(driver, () => {
      const looks = Object.entries({ ...LOOKS, ...(driver === 'containerlab' && CONTAINER_LOOKS) });
      let said: readonly { readonly code: number; readonly stdout: string }[] = [];
      let notices: readonly Notice[] = [];

      before(async function () {
        if (guestDockerHere() === undefined) this.skip();
        const checks = looks.map(([, { node, argv, says }]) => ({ node, argv, says }));
        const files = { 'checks.json': JSON.stringify(checks) };
        const lines = await inGuest({ program: 'check-lab.mjs', lab: LAB, driver, files });
        said = lines.slice(0, -1) as typeof said;
        ({ notices } = lines.at(-1) as { notices: readonly Notice[] });
      });

      for (const [index, [key, { says }]] of looks.entries()) {
        it(key, () => {
          assert.match(said[index]?.stdout ?? '', new RegExp(says), JSON.stringify(said[index]));
        });
      }

      it('says what it leaves out, and nothing else', () => {
        const known = notHonouredBy(lab, driver).map(({ node, key }) => ({ node, key }));
        const about = [...known, ...notices].map(({ node, key }) => `${node ?? ''} ${key ?? ''}`);
        const always = ['elsewhere cmd', 'web cpu-set'];
        const lost = ['web memory', 'web cpu', 'small privileged'];
        assert.deepEqual(about.sort(), [...always, ...(driver === 'netns' ? lost : [])].sort());
      });
    });
  }
});
