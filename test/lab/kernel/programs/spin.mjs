// Runs in a guest: says three beats, then a process of its own spins without a system call: lab time stands still.
import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';

process.stdin.on('end', () => process.exit(9)).resume();
copyFileSync('/bin/sh', '/tmp/culprit');
let beats = 0;
setInterval(() => {
  console.log(JSON.stringify({ type: 'beat', labMs: ++beats * 1000 }));
  if (beats === 3) spawn('/tmp/culprit', ['-c', 'while :; do :; done'], { stdio: 'ignore' });
}, 1000);
