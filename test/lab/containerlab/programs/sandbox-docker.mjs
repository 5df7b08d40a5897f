// Runs in a sandbox for a Docker of its own: opens it as a lab does, starts a container as containerlab would (privileged,
// without a network), runs commands in it, ends it. Says as one JSON line what came of it. Arguments: the run directory,
// dist of chaos.
import { setTimeout as sleep } from 'node:timers/promises';

const [, , runDirectory, dist] = process.argv;
const load = (path) => import(`${dist}/lab/containerlab/${path}.js`);
const { readDockerPlace } = await load('docker-place');
const { openDocker } = await load('open-docker');
const { ContainerEvents } = await load('container-events');
const { execInContainer } = await load('container-exec');

const context = { runDirectory, signal: new AbortController().signal };
const { docker, stop } = await openDocker(readDockerPlace(runDirectory), context);
const images = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
const events = await ContainerEvents.watch(docker, 'alone');
const container = await docker.createContainer({
  Image: 'chaos/frr',
  Labels: { containerlab: 'alone' },
  HostConfig: { Privileged: true, NetworkMode: 'none' },
});
await container.start();
let died = false;
events.onLife(container.id, { died: () => (died = true), started: () => undefined });
const { State, HostConfig } = await container.inspect();
const user = await execInContainer(container, ['stat', '-c', '%U', '/etc/frr']);
const failed = await execInContainer(container, ['sh', '-c', 'exit 7']);
await container.kill();
for (let tries = 0; !died && tries < 200; tries++) await sleep(50);
events.close();
const privileged = HostConfig.Privileged && State.Running && State.Pid > 0;
console.log(JSON.stringify({ images, privileged, said: user.stdout, code: failed.code, died }));
await container.remove();
await stop();
process.exit(0);
