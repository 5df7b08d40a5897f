// Runs in the embedded kernel: brings the lab of topology.json up with the driver that is named, and says as one JSON
// line what each node runs and how it is configured. Arguments: the run directory, the driver.
import { readFileSync } from 'node:fs';
import { processesIn } from '/chaos/dist/host/processes.js';
import { drivers } from '/chaos/dist/lab/registry.js';
import { sysctlBaseline } from '/chaos/dist/service/sysctl.js';
import { startRoom } from '/chaos/dist/wire/room-main.js';

const [, , runDirectory, driver] = process.argv;
const topology = JSON.parse(readFileSync(`${runDirectory}/topology.json`, 'utf8'));
const events = [];
const room = await startRoom(process.hrtime.bigint(), { sendAhead: false });
const lab = await drivers[driver].start(topology, {
  ...{ room, runDirectory, signal: new AbortController().signal },
  onEvent: (event) => events.push(event),
});

/** What the lab binds and what the image writes; of others a node of netns sees the machine's. */
function filesOf({ topology, services }) {
  const written = services.some(({ name }) => name === 'keepalived')
    ? ['/etc/keepalived/node.conf']
    : [];
  return [...topology.binds.map(({ target }) => target), ...written].sort();
}

async function look(name) {
  const node = lab.node(name);
  const said = async (...argv) => (await node.exec(argv)).stdout;
  const root = `/proc/${node.initPid}/root`;
  const isRouter = node.services.some((service) => service.name === 'zebra');
  return {
    processes: processesIn(node.netnsFd)
      .filter(({ pid }) => pid !== node.initPid)
      .map(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim())
      .sort(),
    services: node.services.map((service) => service.name),
    files: Object.fromEntries(filesOf(node).map((path) => [path, read(root + path)])),
    running: isRouter ? await said('vtysh', '-c', 'show running-config') : '',
    rules: await said('nft', 'list', 'ruleset'),
    links: JSON.parse(await said('ip', '-details', '-json', 'link', 'show')).map(linkFacts),
    routes: await said('ip', 'route', 'show', 'proto', 'boot'),
    sysctls: node.inNet(() =>
      Object.fromEntries(
        Object.keys(sysctlBaseline).map((key) => [
          key,
          read(`/proc/sys/${key.replaceAll('.', '/')}`),
        ]),
      ),
    ),
  };
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** What the lab file and the image say of it: indexes are the driver's own. */
function linkFacts({ ifname, mtu, address, gso_max_segs, linkinfo }) {
  const bridge = linkinfo?.info_data;
  const port = linkinfo?.info_slave_data;
  return {
    ...{ ifname, mtu, address },
    ...(ifname === 'lo' ? {} : { gso_max_segs }),
    ...(ifname === 'br0' && {
      stp: bridge.stp_state,
      priority: bridge.priority,
      mcast: bridge.mcast_snooping,
    }),
    ...(port !== undefined && { cost: port.cost, portPriority: port.priority }),
  };
}

const seen = {};
for (const { name } of topology.nodes) seen[name] = await look(name);
console.log(JSON.stringify({ seen, notices: events.filter(({ type }) => type === 'notice') }));
await lab.stop();
await room.close();
process.exit(0);
