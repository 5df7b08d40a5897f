// Runs in a sandbox: every kind of fault that acts in nodes, on two real routers, told to do what the contract asks. One
// JSON line per kind. Arguments: the run directory, which holds the files that nodes bind; the driver; where our compiled
// modules are (the embedded kernel has them elsewhere).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { difference, readNodeState } from './node-state.mjs';

const [, , runDirectory, driver, dist] = process.argv;
const { skewEnvironment } = await import(`${dist}/fault/clock-skew.js`);
const { faultKinds } = await import(`${dist}/fault/registry.js`);
const { startNodeFault } = await import(`${dist}/fault/registry-run.js`);
const { processesIn, readProcess } = await import(`${dist}/host/processes.js`);
const { drivers } = await import(`${dist}/lab/registry.js`);
const { UndoInEngine } = await import(`${dist}/run/undo-in-engine.js`);
const { UndoJournal } = await import(`${dist}/undo/journal.js`);
const { endSession } = await import(`${dist}/undo/end-session.js`);
const { replayJournal, stepsLeftIn } = await import(`${dist}/undo/replay.js`);
const { isReplayable } = await import(`${dist}/undo/undo-act.js`);
const { startRoom } = await import(`${dist}/wire/room-main.js`);

const CASES = {
  'admin-down': { endpoints: ['r1:eth1'] },
  'bgp-reset': {},
  'clock-skew': { service: 'bgpd', ahead: '1h' },
  config: { file: '/etc/frr/extra.conf', text: 'x', reload: 'zebra' },
  'cpu-pressure': { share: '50%', period: '20ms' },
  'disk-full': { path: '/run' },
  'disk-slow': { service: 'bgpd', delay: '1ms' },
  dns: { answer: 'servfail' },
  exec: {
    argv: ['ip', 'address', 'add', '10.7.7.7/32', 'dev', 'lo'],
    undo: ['ip', 'address', 'del', '10.7.7.7/32', 'dev', 'lo'],
  },
  kill: { service: 'bgpd' },
  'memory-pressure': { service: 'zebra', headroom: '1MiB' },
  'node-pause': {},
  'node-stop': {},
  pause: { service: 'zebra' },
  restart: { service: 'bgpd' },
  route: { 'black-hole': '10.9.0.0/16' },
};

/** Kinds whose act is over at once: nothing of the node is another than before. */
const LEAVES_NOTHING = ['bgp-reset', 'restart', 'cpu-pressure'];

/** Kinds that start daemons of ours, or nodes: only the engine can. */
const ENGINES = ['kill', 'node-stop', 'restart'];

process.stdin.on('end', () => process.exit(9)).resume();

const place = { file: 'lab.clab.yml', line: 1, column: 1 };
const router = (n) => ({
  ...{ name: `r${n}`, kind: 'linux', image: 'frr', mappedImage: 'frr', labels: {}, env: {} },
  binds: [
    { source: 'daemons', target: '/etc/frr/daemons', readOnly: true },
    { source: `r${n}.frr.conf`, target: '/etc/frr/frr.conf', readOnly: true },
  ],
  exec: [['ip', 'address', 'add', `10.0.12.${n}/30`, 'dev', 'eth1']],
  ...{ sysctls: {}, position: place },
});
const end = (n) => ({ node: `r${n}`, interface: 'eth1', mac: `aa:c1:ab:00:00:0${n}` });
const topology = {
  ...{ name: 'pair', file: 'lab.clab.yml', notHonoured: [], nodes: [router(1), router(2)] },
  links: [
    {
      ...{ id: 'core', a: end(1), b: end(2), mtu: 1500 },
      ...{ rateBitPerSec: 1e8, queueLimitPackets: 1000, position: place },
    },
  ],
};

const room = await startRoom(process.hrtime.bigint(), { sendAhead: false });
const lab = await drivers[driver].start(topology, {
  ...{ room, runDirectory, signal: new AbortController().signal, onEvent: () => undefined },
  environmentOf: (_, service) => (service === 'bgpd' ? skewEnvironment(service) : {}),
});
const r1 = lab.node('r1');
const undoing = new UndoInEngine();
undoing.lab = lab;
let failing = false;

for (const name of Object.keys(faultKinds).filter((kind) => faultKinds[kind].acts === 'node')) {
  const result = await examine(name).catch((error) => ({ failed: error.stack }));
  console.log(JSON.stringify({ kind: name, ...result }));
}
process.exit(0);

async function examine(kind) {
  if (CASES[kind] === undefined) return { failed: 'has no case here' };
  const { endpoints = [], ...written } = CASES[kind];
  const nodes = endpoints.length === 0 ? { nodes: ['r1'] } : {};
  const params = faultKinds[kind].schema.parse(written);
  const fault = { kind, params, target: { directions: [], endpoints, ...nodes } };
  await sessionUp();
  const before = await readNodeState(r1, processesIn);
  return {
    journaledFirst: await journaledFirst(fault, before),
    honoursAbort: await honoursAbort(fault, before),
    ...(await undone(fault, before)),
    // a node is found again by its first process, whatever made it: once is enough, and a container takes long
    ...(driver === 'netns' && {
      replayed: await sessionUp().then(() => replayed(fault, before)),
    }),
    survivesFailure: await sessionUp().then(() => survivesFailure(fault, before)),
  };
}

/** As if everything ended between the journal's line and the act: nothing may have been done yet. */
async function journaledFirst(fault, before) {
  const planned = [];
  const undo = {
    step: ({ about }) => {
      planned.push(about);
      return Promise.reject(new Error('the end'));
    },
  };
  const said = await start(fault, undo).catch((error) => error.message);
  const same = await changes(before);
  return said === 'the end' && planned.length === 1 && same === '' ? 'yes' : `${said} ${same}`;
}

async function honoursAbort(fault, before) {
  const { journal, lines } = recorded();
  const abort = new AbortController();
  abort.abort(new Error('enough'));
  const undo = journal.scope('x', abort.signal);
  const said = await start(fault, undo, abort.signal).catch((error) => error.message);
  const same = await changes(before);
  return said === 'enough' && lines.length === 0 && same === '' ? 'yes' : `${said} ${same}`;
}

async function undone(fault, before) {
  const { journal, lines } = recorded();
  const readBack = await start(fault, journal.scope('x', new AbortController().signal));
  const during = difference(before, await readNodeState(r1, processesIn));
  const acts = LEAVES_NOTHING.includes(fault.kind) || during !== '' ? 'yes' : 'nothing is another';
  const { failures } = await journal.undo('x');
  const after = await changes(before);
  const steps = lines.length;
  const again = await journal.undo('x');
  const twice = await changes(before);
  return {
    readBack,
    acts,
    undone: failures.length === 0 && after === '' ? 'yes' : `${failures.join()} ${after}`,
    idempotent:
      again.failures.length === 0 && lines.length === steps && twice === '' ? 'yes' : twice,
  };
}

/** Injected by a process that is then killed. */
async function replayed(fault, before) {
  const declared = ENGINES.includes(fault.kind);
  if (!(await plannedBy(fault)).every(isReplayable))
    return declared ? 'yes' : 'only the engine can';
  if (declared) return 'the journal alone can, after all';
  const path = join(mkdtempSync('/run/replay-'), 'undo.ndjson');
  const services = r1.services.map(({ name, pid }) => ({ name, pid }));
  const program = fileURLToPath(new URL('./inject-and-stay.mjs', import.meta.url));
  const argv = [program, dist, path, String(r1.initPid), JSON.stringify({ fault, services })];
  const child = spawn(process.execPath, argv, {
    ...{ detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  const leader = readProcess(child.pid);
  const inForce = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const acted = stepsLeftIn(path).length > 0;
  child.kill('SIGKILL');
  await endSession(leader);
  const { failures } = await replayJournal(path);
  const after = await changes(before);
  const ok = acted && failures.length === 0 && after === '' && stepsLeftIn(path).length === 0;
  return ok ? 'yes' : `${String(inForce)} ${failures.join()} ${after}`;
}

/** What undoes it: seen by doing it. */
async function plannedBy(fault) {
  const { journal, lines } = recorded();
  await start(fault, journal.scope('x', new AbortController().signal));
  await journal.undoAll();
  await sessionUp();
  return lines.flatMap(({ undo }) => undo ?? []);
}

/** Each undo step fails once: the others go on, and the next try does what is left. */
async function survivesFailure(fault, before) {
  const { journal, lines } = recorded();
  await start(fault, journal.scope('x', new AbortController().signal));
  const steps = lines.filter(({ state }) => state === 'planned').length;
  failing = true;
  const first = await journal.undo('x');
  failing = false;
  const second = await journal.undoAll();
  const same = await changes(before);
  const ok = first.failures.length === steps && second.failures.length === 0 && same === '';
  return ok ? 'yes' : `${first.failures.length} of ${steps}; ${second.failures.join()} ${same}`;
}

function start(fault, undo, signal = new AbortController().signal) {
  return startNodeFault({ fault, lab, undo, signal, now: () => room.now() });
}

function recorded() {
  const lines = [];
  const file = { write: (entry) => lines.push(entry), close: () => undefined };
  const execute = (act) => (failing ? Promise.reject(new Error('not yet')) : undoing.execute(act));
  const journal = new UndoJournal(file, execute);
  return { journal, lines };
}

/** What is not as before; what daemons do by themselves (a helper that ends, a socket that reopens) has a moment. */
async function changes(before) {
  for (let tries = 1; ; tries++) {
    const found = difference(before, await readNodeState(r1, processesIn));
    if (found === '' || tries === 30) return found;
    await sleep(100);
  }
}

async function sessionUp() {
  for (let tries = 0; tries < 300; tries++) {
    const { stdout } = await r1.exec(['vtysh', '-c', 'show bgp neighbors 10.0.12.2 json']);
    if (stdout.includes('"bgpState":"Established"')) return;
    await sleep(100);
  }
  throw new Error('no BGP session');
}
