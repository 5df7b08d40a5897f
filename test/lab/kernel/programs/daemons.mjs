// Runs in a guest: two keepalived routers and two OSPF routers over lossy links for a minute of lab time, every frame
// captured. Argument: the run directory. Plain commands on purpose: this is about the kernel, not about our lab.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const runDirectory = process.argv[2];
const run = (...argv) => execFileSync(argv[0], argv.slice(1), { encoding: 'utf8' });
const say = (message) => console.log(JSON.stringify(message));
const start = (node, argv, log) => {
  const child = spawn('ip', ['netns', 'exec', node, ...argv], { stdio: 'ignore' });
  child.on('exit', (code) => say({ exited: log, code }));
};

process.stdin.on('end', () => process.exit(9)).resume();
for (const node of ['ra', 'rb']) run('ip', 'netns', 'add', node);
run('ip', 'link', 'add', 'wa', 'netns', 'ra', 'type', 'veth', 'peer', 'name', 'wb', 'netns', 'rb');
for (const [node, dev, n] of [
  ['ra', 'wa', 1],
  ['rb', 'wb', 2],
]) {
  run('ip', '-n', node, 'addr', 'add', `10.0.0.${n}/24`, 'dev', dev);
  run('ip', '-n', node, 'link', 'set', 'dev', dev, 'up');
  run('ip', '-n', node, 'link', 'set', 'dev', 'lo', 'up');
  run(
    'tc',
    '-n',
    node,
    'qdisc',
    'add',
    'dev',
    dev,
    'root',
    'netem',
    'delay',
    '5ms',
    '2ms',
    'loss',
    '40%',
  );
}
// as hex text: it must be complete without any flush at the end
start(
  'ra',
  ['tcpdump', '-i', 'wa', '-l', '-n', '-XX', '-tt', '-Z', 'root', '-w', '/tmp/capture', '-U'],
  'tcpdump',
);

const passwd = readFileSync('/etc/passwd', 'utf8');
const frr = /^frr:x:(\d+):(\d+):/m.exec(passwd);
for (const [node, dev, priority] of [
  ['ra', 'wa', 150],
  ['rb', 'wb', 100],
]) {
  writeFileSync(
    `/tmp/${node}.keepalived`,
    `global_defs {\n vrrp_version 3\n}
vrrp_instance i {\n state BACKUP\n interface ${dev}\n virtual_router_id 51\n priority ${priority}
 advert_int 1\n virtual_ipaddress {\n 10.0.0.100/24\n }\n}\n`,
  );
  start(
    node,
    [
      'keepalived',
      '-n',
      '-l',
      '-G',
      '-P',
      '-f',
      `/tmp/${node}.keepalived`,
      '-p',
      `/tmp/${node}.pid`,
      '-r',
      `/tmp/${node}.vrrp`,
    ],
    'keepalived',
  );
  if (frr === null) continue;
  for (const directory of [`/run/frr/${node}`, `/var/tmp/frr/${node}`]) {
    mkdirSync(directory, { recursive: true });
    for (const at of [directory, directory.replace(/\/[^/]*$/, '')])
      chownSync(at, Number(frr[1]), Number(frr[2]));
  }
  writeFileSync(
    `/tmp/${node}.ospfd`,
    `router ospf\n network 10.0.0.0/24 area 0\ninterface ${dev}\n ip ospf hello-interval 2\n ip ospf dead-interval 8\n`,
  );
  writeFileSync(`/tmp/${node}.zebra`, '');
  const common = ['--vty_socket', `/run/frr/${node}`, '-z', `/run/frr/${node}/zserv.api`];
  start(
    node,
    [
      '/usr/lib/frr/zebra',
      '-f',
      `/tmp/${node}.zebra`,
      '-i',
      `/run/frr/${node}/zebra.pid`,
      ...common,
    ],
    'zebra',
  );
  await sleep(500);
  start(
    node,
    [
      '/usr/lib/frr/ospfd',
      '-f',
      `/tmp/${node}.ospfd`,
      '-i',
      `/run/frr/${node}/ospfd.pid`,
      ...common,
    ],
    'ospfd',
  );
}
for (let second = 1; second <= 60; second++) {
  await sleep(1000);
  say({ type: 'beat', labMs: Math.round(performance.now()) });
  const addresses = run('ip', '-n', 'ra', '-o', '-4', 'addr').length;
  appendFileSync(`${runDirectory}/out`, `${performance.now()} ${addresses} ${Math.random()}\n`);
}
const capture = readFileSync('/tmp/capture');
const routes = run('ip', '-n', 'ra', 'route');
appendFileSync(
  `${runDirectory}/out`,
  `${createHash('sha256').update(capture).digest('hex')}\n${routes}`,
);
say({ frr: frr !== null, captured: capture.length });
process.exit(0);
