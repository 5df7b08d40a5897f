#!/bin/sh
# vxlan.sh LOCAL REMOTE: put eth2 into one broadcast domain with the other leaf's
set -e
ip link add br100 type bridge
ip link set br100 up
ip link set eth2 master br100
ip link add vxlan100 type vxlan id 10100 local "$1" remote "$2" dstport 4789 dev eth1
ip link set vxlan100 master br100
ip link set vxlan100 up
echo "$1 > $2" >> /var/log/vxlan.log
