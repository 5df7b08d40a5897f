import type { BoundFiles, ImageStart, PrivateDirectory, ServiceSpec } from './service.ts';

/** Daemons in the order in which Debian's frrcommon.sh starts them; zebra is always first. */
const DAEMONS = [
  'zebra', 'mgmtd', 'bgpd', 'ripd', 'ripngd', 'ospfd', 'ospf6d', 'isisd', 'babeld', 'pimd', 'pim6d', 'ldpd', 'nhrpd',
  'eigrpd', 'sharpd', 'pbrd', 'staticd', 'bfdd', 'fabricd', 'vrrpd', 'pathd',
] as const; // prettier-ignore

/** Not in the file of daemons: frrcommon.sh starts them whatever it says. */
const ALWAYS_ON: readonly string[] = ['zebra', 'mgmtd', 'staticd'];

/**
 * FRR's default paths, private. What a service owns is a tmpfs: the files of unmapped users can't be copied up in an
 * overlay, and what an earlier run left there reaches FRR's random stream (a longer ~/.history_frr and an existing
 * /var/tmp/frr each changed its packets). /var/tmp must be there before zebra starts: it puts crash logs below it.
 */
export const frrDirectories: readonly PrivateDirectory[] = [
  { path: '/etc/frr', type: 'tmpfs', mode: 0o755, user: 'frr', group: 'frr' },
  { path: '/var/log/frr', type: 'tmpfs', mode: 0o755, user: 'frr', group: 'frr' },
  { path: '/var/tmp', type: 'tmpfs', mode: 0o1777 },
  { path: '/root', type: 'tmpfs', mode: 0o700 },
];

export const frrPrograms: readonly string[] = ['/usr/lib/frr/zebra', '/usr/bin/vtysh'];

/**
 * The daemons that /etc/frr/daemons turns on, in the foreground, on their default paths, and `vtysh -b` to give them
 * the integrated /etc/frr/frr.conf.
 *
 * FRR makes /run/frr by itself (as root, then owned by frr). A daemon's .vty socket is the last thing that it opens, so
 * it stands for "ready"; zebra's comes after zserv.api, without which the others would retry after 10 s only.
 * @throws RangeError for a daemon that is turned on and unknown
 */
export function frrStart(files: BoundFiles): ImageStart {
  const daemons = files('/etc/frr/daemons') ?? '';
  const config = files('/etc/frr/frr.conf');
  const settings = readDaemonsFile(daemons);
  const services = DAEMONS.filter((daemon) => isWanted(daemon, settings, config ?? '')).map(
    (daemon) => ({
      ...frrDaemon(daemon, settings),
      ...(config !== undefined && { reconfigure: ['vtysh', '-b', '-d', daemon] }),
    }),
  );
  return {
    // without it vtysh complains on every call
    files: {
      '/etc/frr/vtysh.conf': 'service integrated-vtysh-config\n',
      // as the image has it: labs edit it (sed -i s/bgpd=no/bgpd=yes/) and start again (frrinit.sh restart)
      '/etc/frr/daemons': DAEMONS.filter((daemon) => !ALWAYS_ON.includes(daemon))
        .map((daemon) => `${daemon}=no\n`)
        .join(''),
    },
    setUp: [],
    services,
    configure: config === undefined ? [] : [['vtysh', '-b']],
  };
}

/**
 * zebra always. staticd only where the configuration has static routes: frrcommon.sh starts it always, but a process
 * that does nothing costs up to half a second of wall time in the embedded kernel.
 */
function isWanted(daemon: string, settings: ReadonlyMap<string, string>, config: string): boolean {
  if (daemon === 'zebra') return true;
  if (settings.get(daemon) === 'yes') return true;
  return daemon === 'staticd' && /^\s*ip(?:v6)? route\s/m.test(config);
}

function frrDaemon(daemon: string, settings: ReadonlyMap<string, string>): ServiceSpec {
  const options =
    settings.get(`${daemon}_options`) ?? `-A ${daemon.endsWith('6d') ? '::1' : '127.0.0.1'}`;
  const profile = settings.get('frr_profile') ?? '';
  const all = [settings.get('frr_global_options') ?? '', profile && `-F ${profile}`, options];
  // -d is what the init script adds; here the daemon stays in the foreground and logs to its own log
  const given = all
    .join(' ')
    .split(/\s+/)
    .filter((word) => !['', '-d', '--daemon'].includes(word));
  return {
    name: daemon,
    argv: [`/usr/lib/frr/${daemon}`, ...given, '--log', 'stdout', '--log-level', 'info'],
    readyPath: `/run/frr/${daemon}.vty`,
  };
}

/** The `name=value` lines of /etc/frr/daemons, a shell fragment: quotes are taken off, comments are left out. */
function readDaemonsFile(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*(\w+)=(?:"([^"]*)"|'([^']*)'|([^\s#]*))/.exec(line);
    if (match?.[1] === undefined) continue;
    settings.set(match[1], match[2] ?? match[3] ?? match[4] ?? '');
  }
  return settings;
}
