// Runs in the embedded kernel: brings the lab of topology.json up with the driver that is named and runs the commands of
// checks.json in its nodes, each until it says what is expected; protocols take their time. One JSON line for each.
// Arguments: the run directory, the driver.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { drivers } from '/chaos/dist/lab/registry.js';
import { startRoom } from '/chaos/dist/wire/room-main.js';

const TRIES = 60;

const [, , runDirectory, driver] = process.argv;
const read = (name) => JSON.parse(readFileSync(`${runDirectory}/${name}`, 'utf8'));
const room = await startRoom(process.hrtime.bigint(), { sendAhead: false });
const notices = [];
const lab = await drivers[driver].start(read('topology.json'), {
  ...{ room, runDirectory, signal: new AbortController().signal },
  onEvent: (event) => {
    if (event.type === 'notice') notices.push(event);
  },
});
for (const { node, argv, code = 0, says = '' } of read('checks.json')) {
  let said;
  for (let tries = 0; tries < TRIES; tries++) {
    said = await lab.node(node).exec(argv);
    if (said.code === code && new RegExp(says).test(said.stdout)) break;
    await sleep(1000);
  }
  console.log(JSON.stringify({ node, ...said }));
}
console.log(JSON.stringify({ notices }));
await lab.stop();
await room.close();
process.exit(0);
