/** Programs that labs call in `exec`, by the Debian package that has them, where the names differ. */
const PACKAGES: Readonly<Record<string, string>> = {
  arping: 'iputils-arping',
  ab: 'apache2-utils',
  birdc: 'bird2',
  brctl: 'bridge-utils',
  conntrack: 'conntrack',
  curl: 'curl',
  dig: 'bind9-dnsutils',
  dnsmasq: 'dnsmasq-base',
  ethtool: 'ethtool',
  exabgp: 'exabgp',
  fping: 'fping',
  gobgp: 'gobgpd',
  haproxy: 'haproxy',
  host: 'bind9-host',
  hping3: 'hping3',
  htop: 'htop',
  ifconfig: 'net-tools',
  ip6tables: 'iptables',
  ipset: 'ipset',
  iperf: 'iperf',
  iperf3: 'iperf3',
  iptables: 'iptables',
  'iptables-restore': 'iptables',
  ipvsadm: 'ipvsadm',
  jq: 'jq',
  lldpd: 'lldpd',
  mtr: 'mtr-tiny',
  mcjoin: 'mcjoin',
  nc: 'netcat-openbsd',
  netperf: 'netperf',
  nft: 'nftables',
  nginx: 'nginx-light',
  nmap: 'nmap',
  nping: 'nmap',
  nslookup: 'bind9-dnsutils',
  'ovs-vsctl': 'openvswitch-switch',
  ping: 'iputils-ping',
  python3: 'python3-minimal',
  route: 'net-tools',
  scapy: 'python3-scapy',
  socat: 'socat',
  sshd: 'openssh-server',
  strace: 'strace',
  tcpdump: 'tcpdump',
  tcptraceroute: 'tcptraceroute',
  teamd: 'libteam-utils',
  telnet: 'telnet',
  tracepath: 'iputils-tracepath',
  traceroute: 'traceroute',
  tshark: 'tshark',
  udhcpc: 'udhcpc',
  vconfig: 'vlan',
  wg: 'wireguard-tools',
  wget: 'wget',
};

/** Package managers of images: what they would install, this machine has to have. */
const MANAGERS = ['apk', 'apt', 'apt-get', 'dnf', 'yum', 'pacman', 'microdnf'];

/** What to do about a program of an `exec` line that is not there. */
export function adviceFor(program: string): string | undefined {
  if (MANAGERS.includes(program)) {
    return "nodes run this machine's programs: install on the machine what the lab would install in its nodes";
  }
  const found = Object.hasOwn(PACKAGES, program) ? PACKAGES[program] : undefined;
  return found && `apt-get install --no-install-recommends ${found}`;
}
