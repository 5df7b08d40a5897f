// Plays a run that acts outside a sandbox, in two processes as a real one: the runner starts the watchdog and then the
// engine, which brings every kind of fault that a journal alone can undo into force in a router that was there before, and
// out of it, again and again, in an order of its seed. Arguments: what it plays; where our compiled modules are; the run
// directory; the registry of acting runs; the pid of the router's first process; the seed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { outsideLab } from '../../../contract/programs/outside-lab.mjs';

const [, , role, dist, runDirectory, registry, pid, seed] = process.argv;
const ADDRESS = ['10.7.7.7/32', 'dev', 'lo'];
const ACTING = [
  ['admin-down', 'admin-down', { endpoints: ['r1:eth1'] }],
  ['new file', 'config', { file: '/etc/frr/new/er/x.conf', text: 'x' }],
  ['changed file', 'config', { file: '/etc/frr/daemons', text: 'x' }],
  ['vtysh', 'config', { vtysh: ['interface eth1', 'bandwidth 7'], undo: ['interface eth1', 'no bandwidth'] }],
  ['black hole', 'route', { 'black-hole': '10.9.0.0/16' }],
  ['withdraw', 'route', { withdraw: '10.99.0.0/16' }],
  ['leak', 'route', { leak: '10.98.0.0/16' }],
  ['dns', 'dns', { answer: 'servfail' }],
  ['disk-full', 'disk-full', { path: '/run' }],
  ['exec', 'exec', { argv: ['ip', 'address', 'add', ...ADDRESS], undo: ['ip', 'address', 'del', ...ADDRESS] }],
  ['kill', 'kill', { process: 'zebra', signal: 'USR1' }],
  ['memory-pressure', 'memory-pressure', { process: 'zebra', headroom: '1MiB' }],
  ['disk-slow', 'disk-slow', { process: 'bgpd', delay: '1ms' }],
]; // prettier-ignore
const STOPPING = [
  ['pause', 'pause', { process: 'zebra' }],
  ['cpu-pressure', 'cpu-pressure', { share: '50%', period: '20ms' }],
  ['node-pause', 'node-pause', {}],
]; // prettier-ignore

const load = (path) => import(`${dist}/${path}.js`);
await (role === 'runner' ? run() : act());

async function run() {
  const { startWatchdog } = await load('cli/run/start-watchdog');
  const { ActingRuns } = await load('undo/acting-runs');
  const { dieWithUs } = await load('host/die-with-us');
  const watchdog = await startWatchdog({ runDirectory, runs: new ActingRuns(registry) });
  const rest = process.argv.slice(3);
  const [program, ...argv] = dieWithUs([
    process.execPath,
    fileURLToPath(import.meta.url),
    'engine',
    ...rest,
  ]);
  const stdio = ['pipe', 'inherit', 'inherit'];
  const engine = spawn(program, argv, { detached: true, stdio });
  watchdog.engineStarted(engine.pid);
  console.log(JSON.stringify({ runner: process.pid, engine: engine.pid, watchdog: watchdog.pid }));
  await once(engine, 'exit');
  const { failures } = await watchdog.end();
  process.exit(failures.length === 0 ? 0 : 3);
}

async function act() {
  process.stdin.on('close', () => process.exit(143)).resume();
  const { faultKinds } = await load('fault/registry');
  const { startNodeFault } = await load('fault/registry-run');
  const { lab, journal: journalIn } = await outsideLab(dist, Number(pid));
  const journal = journalIn(`${runDirectory}/undo.ndjson`);
  const random = xoroshiro128plus(Number(seed));
  const signal = new AbortController().signal;
  const shuffled = (list) =>
    list
      .map((one) => [random.next(), one])
      .sort(([a], [b]) => a - b)
      .map(([, one]) => one);
  for (let round = 1; ; round++) {
    const names = [];
    // what stands still answers no command: last in, first out
    for (const [name, kind, written] of [...shuffled(ACTING), ...shuffled(STOPPING)]) {
      const { endpoints = [], ...params } = written;
      const target = {
        directions: [],
        endpoints,
        ...(endpoints.length === 0 && { nodes: ['r1'] }),
      };
      const fault = { kind, params: faultKinds[kind].schema.parse(params), target };
      const undo = journal.scope(name, signal);
      try {
        await startNodeFault({ fault, lab, undo, signal, now: () => performance.now() * 1e6 });
        names.unshift(name);
      } catch (error) {
        console.log(JSON.stringify({ problem: `${name}: ${error.message}` }));
        await journal.undo(name);
      }
    }
    console.log(JSON.stringify({ round, inForce: names.length }));
    for (const name of names) {
      const { failures } = await journal.undo(name);
      for (const problem of failures) console.log(JSON.stringify({ problem }));
    }
  }
}
