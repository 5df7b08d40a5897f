// Runs in the embedded kernel: brings the pair of topology.json up with the driver that is named, turns node a off and on
// in every way there is, and says as one JSON line each what it and its neighbour are like then. Arguments: the run
// directory, the driver.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { drivers } from '/chaos/dist/lab/registry.js';
import { startIcmp } from '/chaos/dist/probe/icmp-run.js';
import { icmp } from '/chaos/dist/probe/icmp.js';
import { dockerAt } from '/chaos/dist/undo/docker.js';
import { startRoom } from '/chaos/dist/wire/room-main.js';

const [, , runDirectory, driver] = process.argv;
const topology = JSON.parse(readFileSync(`${runDirectory}/topology.json`, 'utf8'));
const room = await startRoom(process.hrtime.bigint(), { sendAhead: true });
let events = [];
const lab = await drivers[driver].start(topology, {
  ...{ room, runDirectory, signal: new AbortController().signal },
  onEvent: (event) => events.push(event),
});
const [a, b] = ['a', 'b'].map((name) => lab.node(name));

const say = (what, facts) => console.log(JSON.stringify({ what, ...facts }));
const said = async (node, ...argv) => (await node.exec(argv)).stdout;
/** Those of processes and those of the node come by different ways. */
const events_ = () => {
  const all = events.splice(0).filter(({ type }) => type !== 'notice');
  const isService = ({ type }) => type.startsWith('service');
  return [...all.filter((event) => !isService(event)), ...all.filter(isService)].map(
    ({ type, node, end, service, signal }) => ({ type, node, end, service, signal }),
  );
};

/** What a link is like that the lab file has asked for, as its node sees it. */
async function links(node) {
  const all = JSON.parse(await said(node, 'ip', '-details', '-json', 'address', 'show'));
  return all
    .map(({ ifname, mtu, address, operstate, gso_max_segs, addr_info }) => ({
      ...{ ifname, mtu, address, operstate },
      ...(ifname !== 'lo' && { gso_max_segs }),
      addresses: addr_info.filter(({ family }) => family === 'inet').map(({ local }) => local),
    }))
    .sort((x, y) => (x.ifname < y.ifname ? -1 : 1));
}

async function state() {
  const sysctl = (key) => a.inNet(() => readFileSync(`/proc/sys/net/ipv4/${key}`, 'utf8').trim());
  return {
    links: await links(a),
    neighbour: await links(b),
    sysctls: [sysctl('conf/eth1/forwarding'), sysctl('tcp_fin_timeout')],
    bound: await said(a, 'cat', '/etc/pair.txt'),
    left: (await said(a, 'ls', '/run', '/etc')).split('\n').filter((name) => name === 'left'),
    routes: (await said(a, 'ip', 'route', 'show')).trim().split('\n'),
    ping: (await a.exec(['ping', '-c1', '-W2', '10.0.0.2'])).code,
  };
}

/** Files that a node writes, an address and a rule that an operator gives it. */
async function leaveTraces() {
  await a.exec(['sh', '-c', 'echo x >/run/left; echo x >/etc/left; echo x >/etc/pair.txt']);
  await a.exec(['ip', 'address', 'add', '10.9.9.9/32', 'dev', 'eth1']);
}

async function until(holds) {
  for (let tries = 0; tries < 2000 && !holds(); tries++) await sleep(10);
}

const down = () =>
  until(() =>
    ['node-down', 'service-exited'].every((what) => events.some(({ type }) => type === what)),
  );

/** One probe from a to b for all of it: it must follow a into each new network namespace. */
const values = new Map();
const abort = new AbortController();
const probe = await startIcmp(
  icmp.schema.parse({ from: 'a', to: 'b', rate: '20/s', timeout: '200ms' }),
  { lossBelow: 0.5, windowNs: 0 },
  {
    ...{ id: 'p', lab, room, signal: abort.signal },
    set: (path, value) => values.set(path, value),
    emit: () => undefined,
    every: (periodNs, body) => setInterval(body, periodNs / 1e6).unref(),
  },
);
room.onReport((reports) => reports.forEach((report) => probe.onReport(report)));
const answered = async (value) => {
  await until(() => values.get('p.answered') === value);
  return values.get('p.answered');
};

say('start', { ...(await state()), answered: await answered(true), events: events_() });

await leaveTraces();
await a.power.turnOff();
await down();
say('off', {
  neighbour: await links(b),
  isOn: a.power.isOn,
  answered: await answered(false),
  events: events_(),
});
await a.power.turnOn();
say('on', { ...(await state()), answered: await answered(true), events: events_() });

/** A first process that ends by another hand than ours. */
await leaveTraces();
process.kill(a.initPid, 'SIGKILL');
await down();
say('died', { neighbour: await links(b), answered: await answered(false), events: events_() });

if (driver === 'containerlab') {
  const container = (await dockerAt(a.container.docker)).getContainer(a.container.id);
  const back = async () => {
    await until(() => events.some(({ type }) => type === 'node-up'));
    const came = await answered(true);
    return { ...(await state()), answered: came, events: events_() };
  };
  await container.start();
  say('docker start', await back());
  await container.restart({ t: 1 });
  say('docker restart', await back());
  await container.stop({ t: 1 });
  await down();
  say('docker stop', { neighbour: await links(b), isOn: a.power.isOn, events: events_() });
  await container.start();
  say('docker start', await back());
  await container.pause();
  say('docker pause', { neighbour: await links(b), answered: await answered(true) });
  await container.unpause();
  await a.exec(['sh', '-c', 'echo heard >/proc/1/fd/1']);
  const eaten = await a.exec(['python3', '-c', 'print(len(bytearray(200_000_000)))']);
  process.kill(a.initPid, 'SIGKILL');
  await down();
  const log = readFileSync(`${runDirectory}/logs/a/container.log`, 'utf8');
  say('out of memory', { code: eaten.code, log, events: events_() });
}
await probe.stop();
abort.abort();
await lab.stop();
await room.close();
process.exit(0);
