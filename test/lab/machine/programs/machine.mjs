// Runs in the embedded kernel, which plays a machine that has Docker: mounts this checkout and what has been built for
// it, starts dockerd where every machine has it, and then does what files `request-<n>.json` in the run directory ask
// for. Answers are JSON lines {id, ...}. Arguments: the run directory.
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import Docker from '/chaos/node_modules/dockerode/lib/docker.js';

const LOOK_FOR_REQUESTS_MS = 20;
const SOCKET = '/run/docker.sock';

const [, , runDirectory] = process.argv;
const { mounts, docker } = JSON.parse(readFileSync(join(runDirectory, 'machine.json'), 'utf8'));
const say = (line) => console.log(JSON.stringify(line));
const children = new Map();

function must(...argv) {
  const env = { ...process.env, LIBMOUNT_FORCE_MOUNT2: 'always' };
  const { status, stderr } = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
}

for (const { from, to } of mounts) {
  mkdirSync(to, { recursive: true });
  must('mount', '-t', 'hostfs', '-o', `ro,${from}`, 'none', to);
}
// what the sandbox's own programs look for is not there on a machine
must('umount', '/chaos/images');
must('umount', '/chaos/programs');
// as systemd leaves it: a mount that is made below and not kept private shows
must('mount', '--make-rshared', '/');
if (docker !== 'none') await startDocker();
say({ id: 0, ready: true });

async function startDocker() {
  if (docker === 'with our images') {
    mkdirSync('/mnt/images', { recursive: true });
    must('mount', '-r', '-t', 'ext4', '-o', 'noload', '/dev/ubda', '/mnt/images');
    const from = '/chaos/dist/lab/containerlab/image-layers.js';
    const { mountLayers } = await import(pathToFileURL(from).href);
    mountLayers('/mnt/images', '/var/lib/docker');
  } else must('mount', '-t', 'tmpfs', '-o', 'mode=711', 'docker', '/var/lib');
  const log = openSync('/var/log/dockerd.log', 'a');
  const argv = ['--host', `unix://${SOCKET}`];
  spawn('dockerd', argv, { stdio: ['ignore', log, log], detached: true }).unref();
  const daemon = new Docker({ socketPath: SOCKET });
  for (;;) {
    const answers = await daemon.ping().then(
      () => true,
      () => false,
    );
    if (answers) break;
    await sleep(100);
  }
  if (docker !== 'with our images') return;
  // what a daemon makes with its first container (a directory, a control group) stays: it is there before any test
  const first = await daemon.createContainer({
    Image: 'chaos/linux',
    Cmd: ['true'],
    HostConfig: { NetworkMode: 'none' },
  });
  await first.start();
  await first.wait();
  await first.remove();
}

function start({ id, argv, env, cwd }) {
  const child = spawn(argv[0], argv.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...env },
    cwd,
  });
  children.set(id, child);
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => say({ id, [name]: text }));
  }
  child.once('error', (error) =>
    say({ id, stderr: `${error.message}\n`, code: 127, signal: null }),
  );
  child.once('spawn', () => say({ id, pid: child.pid }));
  child.once('close', (code, signal) => say({ id, code, signal }));
}

const said = (...argv) => {
  const { stdout } = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
};
const names = (directory) => (existsSync(directory) ? readdirSync(directory).sort() : []);
const below = (directory) => readdirSync(directory, { recursive: true }).sort();

/** Processes by their words, without those of the kernel and this one. */
function processes() {
  return names('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return words === '' ? [] : [words];
      } catch {
        return []; // ended meanwhile
      }
    })
    .sort();
}

async function look(id) {
  const daemon = new Docker({ socketPath: SOCKET });
  const containers = docker === 'none' ? [] : await daemon.listContainers({ all: true });
  const networks = docker === 'none' ? [] : await daemon.listNetworks();
  const volumes = docker === 'none' ? [] : ((await daemon.listVolumes()).Volumes ?? []);
  const images = docker === 'none' ? [] : await daemon.listImages();
  const state = {
    containers: containers.flatMap(({ Names }) => Names).sort(),
    networks: networks.map(({ Name }) => Name).sort(),
    volumes: volumes.map(({ Name }) => Name).sort(),
    images: images.flatMap(({ RepoTags }) => RepoTags ?? []).sort(),
    links: said('ip', '-o', 'link', 'show').map((line) => line.replace(/^\d+: /, '')),
    bridges: said('ip', '-o', 'link', 'show', 'type', 'bridge').map((line) => line.split(' ')[1]),
    addresses: said('ip', '-br', 'address', 'show'),
    namespaces: names('/run/netns'),
    rules: said('nft', 'list', 'ruleset'),
    hosts: readFileSync('/etc/hosts', 'utf8'),
    ssh: names('/etc/ssh/ssh_config.d'),
    mounts: readFileSync('/proc/1/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4])
      .filter((at) => at !== undefined)
      .sort(),
    controlGroups: said('find', '/sys/fs/cgroup', '-type', 'd').sort(),
    processes: processes(),
    run: below('/run').filter((name) => !/^(docker|containerd)\//.test(name)),
    temporary: [...below('/tmp'), ...below('/var/tmp'), ...below('/dev/shm')],
    forwarding: readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim(),
  };
  say({ id, state });
}

async function obey(request) {
  const { id, type } = request;
  if (type === 'start') start(request);
  else if (type === 'look') await look(id);
  else if (type === 'signal') {
    const pid = request.pid ?? children.get(request.child).pid;
    process.kill(pid, request.signal);
    say({ id, done: true });
  } else if (type === 'write') {
    writeFileSync(request.path, request.text);
    say({ id, done: true });
  } else if (type === 'end') process.exit(0);
}

// hostfs tells of no changes: it is looked for them
for (let next = 1; ;) {
  const path = join(runDirectory, `request-${next}.json`);
  if (!existsSync(path)) {
    await sleep(LOOK_FOR_REQUESTS_MS);
    continue;
  }
  const request = JSON.parse(readFileSync(path, 'utf8'));
  unlinkSync(path);
  next++;
  try {
    await obey(request);
  } catch (error) {
    say({ id: request.id, failed: error.stack });
  }
}
