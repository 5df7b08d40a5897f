import { spawn } from 'node:child_process';

/**
 * The lab tests, `npm run test:lab`. Labs as containers have no warp clock: they wait for real seconds, and leave the
 * processor to the others meanwhile. So they run beside them, those on a machine with a Docker of its own beside both;
 * what they print comes when the others are done.
 */
const groups = [
  { name: 'labs', files: 'test/lab/!(containerlab|machine)/**/*.test.ts' },
  { name: 'labs as containers', files: 'test/lab/containerlab/**/*.test.ts' },
  { name: 'labs on a machine with Docker', files: 'test/lab/machine/**/*.test.ts' },
];

function run({ name, files }, isFirst) {
  const started = performance.now();
  const argv = ['node_modules/mocha/bin/mocha.js', '--timeout', '600000', files];
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', isFirst ? 'inherit' : 'pipe', isFirst ? 'inherit' : 'pipe'],
  });
  let held = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (text) => (held += text));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const seconds = Math.round((performance.now() - started) / 1000);
      resolve({ name, code, seconds, held });
    });
  });
}

const [first, ...others] = groups.map((group, index) => run(group, index === 0));
let failed = false;
for (const ended of [first, ...others]) {
  const { name, code, seconds, held } = await ended;
  process.stdout.write(`${held}--- ${name}: exit code ${code} after ${seconds} s\n`);
  failed ||= code !== 0;
}
process.exitCode = failed ? 1 : 0;
