/**
 * What every node of a lab is set to before its interfaces exist, so that a node is the same on every machine and under
 * both drivers: a new network namespace inherits part of this from the host. In order: writing `ip_forward` resets some
 * of `conf.*` (Documentation/networking/ip-sysctl.rst), so it comes first. An image adds to it, the lab file wins.
 */
export const sysctlBaseline: Readonly<Record<string, string>> = {
  // only routers forward; their images say so
  'net.ipv4.ip_forward': '0',
  'net.ipv6.conf.all.forwarding': '0',
  // asymmetric paths are what labs are about; containerlab turns it off on the host for the same reason
  'net.ipv4.conf.all.rp_filter': '0',
  'net.ipv4.conf.default.rp_filter': '0',
  // a redirect would let a host go round the path that the lab describes
  'net.ipv4.conf.all.accept_redirects': '0',
  'net.ipv4.conf.default.accept_redirects': '0',
  'net.ipv4.conf.all.send_redirects': '0',
  'net.ipv4.conf.default.send_redirects': '0',
  // the weak host model, as Linux has it by default
  'net.ipv4.conf.all.arp_ignore': '0',
  'net.ipv4.conf.default.arp_ignore': '0',
  'net.ipv4.conf.all.arp_announce': '0',
  'net.ipv4.conf.default.arp_announce': '0',
  // gratuitous ARP updates entries that exist and creates none
  'net.ipv4.conf.all.arp_accept': '0',
  'net.ipv4.conf.default.arp_accept': '0',
  // ICMP sockets (icmp(7)) for root: our own probes. Not for all groups: in a user namespace where only one is mapped,
  // the kernel refuses any range with an unmapped end (EINVAL)
  'net.ipv4.ping_group_range': '0 0',
  // IPv6 without what it does by itself at random times: no duplicate address detection, no router discovery;
  // addresses from the MAC (a stable secret would differ from machine to machine)
  'net.ipv6.conf.all.disable_ipv6': '0',
  'net.ipv6.conf.default.disable_ipv6': '0',
  'net.ipv6.conf.all.accept_dad': '0',
  'net.ipv6.conf.default.accept_dad': '0',
  'net.ipv6.conf.default.dad_transmits': '0',
  'net.ipv6.conf.all.accept_ra': '0',
  'net.ipv6.conf.default.accept_ra': '0',
  'net.ipv6.conf.default.autoconf': '0',
  'net.ipv6.conf.default.router_solicitations': '0',
  'net.ipv6.conf.default.addr_gen_mode': '0',
};

/** What a router needs on top: it forwards. */
export const routerSysctls: Readonly<Record<string, string>> = {
  'net.ipv4.ip_forward': '1',
  'net.ipv6.conf.all.forwarding': '1',
};
