// Runs in a sandbox: says what it sees and may do, then waits for a word.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const runDirectory = process.argv[2];
const attempt = (action) => {
  try {
    return action() ?? 'done';
  } catch (error) {
    return error.code;
  }
};
const list = (at) => attempt(() => readdirSync(at).sort());
console.log(
  JSON.stringify({
    argv: process.argv.slice(2),
    environment: Object.keys(process.env).sort(),
    hostname: readFileSync('/proc/sys/kernel/hostname', 'utf8').trim(),
    interfaces: list('/proc/self/net/dev_snmp6'),
    empty: Object.fromEntries(
      ['/tmp', '/root', '/home', '/var/tmp', '/var/lib', '/run'].map((at) => [at, list(at)]),
    ),
    // on the host's kernel they are the host's files
    ...(runDirectory === '/run-dir' && {
      intoOurCode: attempt(() => writeFileSync('/chaos/dist/intruder', '')),
      intoTheSystem: attempt(() => writeFileSync('/usr/intruder', '')),
    }),
  }),
);
console.log('this is no message');
// no fsync, and the file stays open: it must be readable outside at once
writeFileSync(`${runDirectory}/written`, 'at once', { flag: 'w', flush: false });
console.log(JSON.stringify({ written: true }));
createInterface({ input: process.stdin })
  .on('line', (line) => {
    console.log(JSON.stringify({ heard: line }));
    if (line === 'resume') process.exit(5);
  })
  .on('close', () => process.exit(6));
