# The guest's init: PID 1 of the embedded kernel (started as guest-command.ts says), with the engine's command line as
# arguments, in a network namespace of its own: the kernel's first one is full of fallback tunnels. What the guest sees
# is the host's /, read-only under a tmpfs, without any place where an earlier run or another user may have left
# something. Starting a process costs 10-20 ms in here: do much with few.
#
# Host directories come in as file descriptors of the kernel process under fixed numbers, so that no path of this
# machine is on the kernel's command line (which is mixed into its random numbers):
#   4 this directory   5 dist of chaos   6 node_modules   7 the run directory   8 node's directory   10 programs
set -e
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# mount(8) since 2.39 hands hostfs its path in a way that hostfs does not understand
export LIBMOUNT_FORCE_MOUNT2=always
# a packaged kernel has its drivers in modules, in a place of its own; without them there is not even an overlay
[ -z "$chaos_modules" ] || insmod "$chaos_modules"/*/kernel/fs/overlayfs/overlay.ko
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/upper /run/work /run/root
mount -a -T /mnt/guest.fstab
if [ -n "$chaos_modules" ]; then
  mkdir -p /run/root/usr/lib/modules
  mount --bind "$chaos_modules" /run/root/usr/lib/modules
fi
# a Docker of the guest's own: its images (a disk), and programs that are not the system's (descriptor 10)
if [ -n "$chaos_docker" ]; then
  mkdir /run/root/chaos/images /run/root/chaos/programs
  mount -r -t ext4 -o noload /dev/ubda /run/root/chaos/images
  mount -r -t hostfs -o /proc/self/fd/10/. none /run/root/chaos/programs
fi
cd /run/root
pivot_root . mnt
umount -l /mnt
mkdir -p /run/lock /var/lib /var/log /var/cache /var/spool
ln -s /proc/self/fd /dev/fd
echo '{"type":"module"}' >/chaos/package.json
echo lab >/proc/sys/kernel/hostname
ip link set dev lo up
unset LIBMOUNT_FORCE_MOUNT2 chaos_modules chaos_docker
export HOME=/root LANG=C.UTF-8 TZ=UTC TERM=dumb USER=root LOGNAME=root SHELL=/bin/sh
cd /run-dir
set +e
"$@" </dev/tty1 >/dev/tty1
# the starter reads this on the console (guest-command.ts)
echo "chaos-engine-ended $?"
# what was written to /run-dir is on the host already: hostfs writes through
echo o >/proc/sysrq-trigger
# the kernel halts when this shell first waits; as PID 1 it must not end before
exec sleep infinity
