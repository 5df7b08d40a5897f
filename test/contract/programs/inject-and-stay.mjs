// Brings one fault into force in a router that others hold, says so, and stays until it is killed. Arguments: where our
// compiled modules are; the journal; the pid of the router's first process; the fault and the router's daemons.
import { outsideLab } from './outside-lab.mjs';

const [, , dist, path, pid, given] = process.argv;
const { fault, services } = JSON.parse(given);
const { startNodeFault } = await import(`${dist}/fault/registry-run.js`);
const { lab, journal } = await outsideLab(dist, Number(pid), services);
const { signal } = new AbortController();
const undo = journal(path).scope('x', signal);
await startNodeFault({ fault, lab, undo, signal, now: () => performance.now() * 1e6 });
console.log('in force');
setInterval(() => undefined, 1000);
