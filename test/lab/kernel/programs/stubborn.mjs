// Runs in a sandbox: processes that end by themselves for nothing: sessions of their own, deaf to SIGTERM, SIGHUP and
// to the end of input, in network namespaces with interfaces, and with mounts.
import { execFileSync, spawn } from 'node:child_process';

const deaf = 'trap "" TERM HUP INT; while :; do sleep 1000 & wait; done';
const script = `
ip link add s0 type veth peer name s1
mount -t tmpfs tmpfs /mnt
setsid sh -c '${deaf}' &
setsid unshare --net sh -c 'ip link add x0 type dummy 2>/dev/null; ${deaf}' &
`;
console.log(JSON.stringify({ started: 0 }));
for (let n = 1; n <= 3; n++) {
  const nth = script.replaceAll('s0', `s0-${n}`).replaceAll('s1', `s1-${n}`);
  execFileSync('sh', ['-c', nth], { stdio: 'ignore' });
  spawn('sh', ['-c', deaf], { stdio: 'ignore', detached: true });
  console.log(JSON.stringify({ started: n }));
}
setInterval(() => undefined, 1000);
