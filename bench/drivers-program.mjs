// Runs in the embedded kernel: brings the lab of topology.json up with the driver that is named and takes it down, and
// prints {upMs, downMs}. Arguments: the run directory, the driver.
import { readFileSync } from 'node:fs';
import { drivers } from '/chaos/dist/lab/registry.js';
import { startRoom } from '/chaos/dist/wire/room-main.js';

const [, , runDirectory, driver] = process.argv;
const topology = JSON.parse(readFileSync(`${runDirectory}/topology.json`, 'utf8'));
const started = performance.now();
const room = await startRoom(process.hrtime.bigint(), { sendAhead: false });
const signal = new AbortController().signal;
const context = { room, runDirectory, signal, onEvent: () => undefined };
const lab = await drivers[driver].start(topology, context);
const up = performance.now();
await lab.stop();
await room.close();
console.log(JSON.stringify({ upMs: up - started, downMs: performance.now() - up }));
process.exit(0);
