import { nested, textMap, texts } from './shape.ts';
import type { Shape } from './shape.ts';

/** What becomes of a key under a driver. Sentences for docs/lab-keys.md. */
export type KeyUse =
  /** it is honoured, or nothing is lost without it */
  | { readonly does: string }
  /** said by node and key when a lab has it: why not, and what to do; not for the value `unless`, which loses nothing */
  | { readonly lost: string; readonly unless?: string };

export interface NodeKey {
  readonly shape: Shape;
  readonly netns: KeyUse;
  readonly containerlab: KeyUse;
}

/** The drivers that raise lab files, as they are called in the table. */
export const TABLE_DRIVERS = ['netns', 'containerlab'] as const;

const both = (shape: Shape, does: string): NodeKey => ({
  shape,
  netns: { does },
  containerlab: { does },
});
const lost = (shape: Shape, message: string): NodeKey => ({
  shape,
  netns: { lost: message },
  containerlab: { lost: message },
});
const each = (shape: Shape, netns: KeyUse, containerlab: KeyUse): NodeKey => ({
  shape,
  netns,
  containerlab,
});

const NO_MANAGEMENT =
  'there is no management network: it would be a path around every fault; link the nodes that are to talk';
const NO_LIMIT = {
  lost: 'nodes of netns share the sandbox and have no limit of their own; --driver containerlab honours it',
};
const VENDOR = "it is for vendors' kinds; nodes of ours are configured by binds and exec";
const NOTHING = 'says nothing about a running lab';
const PASSED = { does: 'as Docker does it' };

/** Every key that containerlab 0.79 takes in a node, a kind, a group and in `defaults` (types/node_definition.go). */
export const nodeKeys: Readonly<Record<string, NodeKey>> = {
  kind: both('text', 'linux, bridge or ovs-bridge; others are refused by name'),
  group: both('text', 'inherits from the group'),
  image: both('text', 'the image of ours that stands for it; refused by name where there is none'),
  binds: both(texts, 'copies of the files, so that what a node writes never reaches them'),
  exec: both(texts, 'run in order when the daemons of the image are ready; failures are notices'),
  env: both(textMap, 'the environment of everything that the node runs'),
  'env-files': both(texts, 'read into `env`, which wins'),
  labels: each(
    textMap,
    { does: '`chaos.image` names the image of ours that stands in; others are carried along' },
    { does: 'the same, and labels of the container' },
  ),
  sysctls: each(
    textMap,
    {
      does: 'those of the network (`net.`) are set before there are interfaces, over those of the image; others are not set, which is a notice',
    },
    { does: 'set before there are interfaces, over those of the image' },
  ),
  'network-mode': both('text', 'none is what every node has; host and container: are refused'),
  hostname: both('text', "the node's host name (default: its name)"),
  user: both('text', 'whose `cmd` and `exec` lines are; daemons of ours run as they always do'),
  entrypoint: both(
    'text',
    'with `cmd` the one thing that the node runs, instead of those of the image',
  ),
  cmd: both('text', 'run instead of the daemons of the image, its output in logs/<node>/cmd.log'),
  'startup-delay': both('unsigned', 'its daemons and `exec` lines wait for so many seconds'),
  stages: both(
    nested.stages,
    '`wait-for` in create, create-links and configure: daemons and `exec` lines wait until the other node is so far; `exec` in the container: run in the order of stages',
  ),
  healthcheck: both(
    nested.healthcheck,
    'the node is up when its test succeeds; the lab fails when it is unhealthy as Docker counts; the first test is at once, and not an interval later',
  ),
  dns: both(nested.dns, '/etc/resolv.conf'),
  tmpfs: both(textMap, 'file systems in memory; `size=` makes one that `disk-full` can fill'),
  'shm-size': both('text', 'the size of /dev/shm'),
  memory: each('text', NO_LIMIT, PASSED),
  cpu: each('number', NO_LIMIT, PASSED),
  'cpu-set': each('text', NO_LIMIT, {
    does: 'as Docker does it; a notice where the kernel has one processor',
  }),
  'cap-add': each(texts, { does: 'a node has every capability of the sandbox' }, PASSED),
  privileged: each(
    'flag',
    {
      lost: 'a node of netns has every capability of the sandbox; --driver containerlab honours it',
      unless: 'true',
    },
    PASSED,
  ),
  'security-opts': each(texts, { does: 'there is no profile to change' }, PASSED),
  'cgroupns-mode': each(
    'text',
    { does: 'a node sees no groups of control but those of the sandbox' },
    PASSED,
  ),
  devices: each(texts, { does: 'a node sees every device of the sandbox' }, PASSED),
  type: both('text', NOTHING),
  position: both('text', NOTHING),
  'image-pull-policy': both(
    'text',
    'heard of an image that none of ours stands for; nothing else is ever pulled',
  ),
  'restart-policy': both('text', 'no: what dies stays dead, so that a fault is what it says'),
  'auto-remove': both('flag', 'everything is removed with the run'),
  'link-apply-mode': both('text', NOTHING),
  runtime: both('text', 'the driver is chosen by --driver'),
  license: both('text', 'nodes of ours need none'),
  credentials: both(nested.credentials, 'nobody logs in'),
  username: both('text', 'nobody logs in'),
  password: both('text', 'nobody logs in'),
  aliases: lost(texts, NO_MANAGEMENT),
  'mgmt-ipv4': lost('text', NO_MANAGEMENT),
  'mgmt-ipv6': lost('text', NO_MANAGEMENT),
  ports: lost(
    texts,
    'nothing outside can reach into a lab, or it would be a path around every fault; `chaos lab exec` reaches a port from a node',
  ),
  volumes: lost(
    texts,
    'a node keeps nothing from one run to the next; bind a directory, or use tmpfs',
  ),
  'pid-mode': lost(
    'text',
    "a node sees its own processes only; give the exec lines to the other's node",
  ),
  'cgroup-parent': lost(
    'text',
    'the groups of control of a run are its own, and end with it; leave it out',
  ),
  'startup-config': lost('text', VENDOR),
  'enforce-startup-config': lost('flag', VENDOR),
  'suppress-startup-config': lost('flag', VENDOR),
  certificate: lost(
    nested.certificate,
    'no certificates are issued; bind those that the lab needs',
  ),
  config: lost(nested.config, VENDOR),
  extras: lost(nested.extras, VENDOR),
  components: lost(nested.components, VENDOR),
};
