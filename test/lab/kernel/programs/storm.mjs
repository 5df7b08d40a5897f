// Runs in a guest: two bridges joined by two links without a rate, and one broadcast: the frames never stop, so the
// guest is never idle, so lab time stands still.
import { execFileSync } from 'node:child_process';

const run = (...argv) => execFileSync(argv[0], argv.slice(1), { stdio: 'ignore' });
process.stdin.on('end', () => process.exit(9)).resume();
for (const bridge of ['sw1', 'sw2']) run('ip', 'link', 'add', bridge, 'type', 'bridge');
for (const n of [1, 2]) {
  run('ip', 'link', 'add', `p1-${n}`, 'type', 'veth', 'peer', 'name', `p2-${n}`);
  for (const side of [1, 2]) {
    run('ip', 'link', 'set', 'dev', `p${side}-${n}`, 'master', `sw${side}`);
  }
}
console.log(JSON.stringify({ type: 'beat', labMs: 0 }));
for (const dev of ['p1-1', 'p2-1', 'p1-2', 'p2-2', 'sw1', 'sw2'])
  run('ip', 'link', 'set', 'dev', dev, 'up');
setInterval(() => console.log(JSON.stringify({ type: 'beat', labMs: performance.now() })), 1000);
