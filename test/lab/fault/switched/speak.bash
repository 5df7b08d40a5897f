# Frames of every class that no daemon sends often enough: pings, small and large; and five times in two seconds, without a
# process each, joins and leaves of groups (IGMP, MLD), questions for addresses (ARP), changes of an external route (OSPF
# updates), datagrams.
# usage: speak OWN PEER (the last bytes of the addresses)
peer=10.0.0.$2
# nobody but us asks for it, and who is asked learns another address of ours
asked=10.0.$1.$2
# what it says to this one must not wait for ARP, whatever becomes of ARP
fping -q -c 1 "$peer" "fd00::$2"
ip neighbor change "$peer" dev eth1 nud permanent
ip neighbor change "fd00::$2" dev eth1 nud permanent
fping -q -l -p 400 "$peer" "fd00::$2" &
fping -q -l -p 400 -b 1200 "$peer" &
ip link add one type dummy && ip link set one up
coproc ip { exec ip -force -batch - 2>/dev/null; }
while :; do
  for change in add del; do
    printf '%s\n' >&"${ip[1]}" \
      "address $change 239.1.1.1/32 dev eth1 autojoin" \
      "address $change ff05::1:1/128 dev eth1 autojoin" \
      "neighbor flush to $asked" \
      "address $change 192.0.2.$1/32 dev one"
    printf . >"/dev/udp/$asked/9"
    printf . >"/dev/udp/$peer/5405"
    printf . >"/dev/udp/$peer/7777"
    read -rt 0.4 <&"${ip[0]}"
  done
done
