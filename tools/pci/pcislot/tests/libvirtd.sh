#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# libvirtd.sh BUILD: check our XML with a real libvirtd and a real QEMU, QEMU=PROGRAM.
# libvirtd queries the capabilities of that QEMU, defines a guest with our functions,
# and prints the command line that would start it.  Both are in Debian's
# libvirt-daemon and libvirt-daemon-driver-qemu.  Prints TAP.
#
# libvirtd runs in session mode, with all its files in the working directory.  Root has
# no session mode, so libvirtd runs as the user "nobody" then.

here=$(cd "$(dirname "$0")" && pwd)
PATH=$(cd "$1" && pwd):$here:$PATH:/usr/sbin
group=libvirtd
# shellcheck source=tools/pci/pcislot/tests/tap.sh
. "$here/tap.sh"

command -v libvirtd >/dev/null || skipped "libvirt-daemon is not installed"
[ -n "${QEMU:-}" ] || skipped "no QEMU is named: make check QEMU=PROGRAM"
QEMU=$(realpath "$(command -v "$QEMU")")
work=$(mktemp -d)
daemon=''
trap 'kill $daemon 2>/dev/null; wait; rm -rf "$work"' EXIT
cd "$work" || exit
PCISLOT_ROOT=$work/root
export PATH PCISLOT_ROOT HOME="$work" XDG_RUNTIME_DIR="$work/run" \
	XDG_CONFIG_HOME="$work/config" XDG_CACHE_HOME="$work/cache" \
	XDG_DATA_HOME="$work/data"

as=''
[ "$(id -u)" -ne 0 ] || as="setpriv --reuid=65534 --regid=65534 --clear-groups"

virsh_session()
{
	$as timeout 60 virsh -q -c qemu:///session "$@"
}

# Copy QEMU, because its build directory may not be readable for that user.
start()
{
	mkdir run config cache data
	cp "$QEMU" qemu
	[ -z "$as" ] || chown -R 65534:65534 .
	chmod 755 .
	$as libvirtd --timeout 120 >libvirtd.said 2>&1 &
	daemon=$!
	tries=300
	until [ -S run/libvirt/libvirt-sock ] || [ $((tries -= 1)) -eq 0 ]; do
		sleep 0.1
	done
}

# domain SET: a guest with pcislot's output for SET in its <devices>
domain()
{
	echo "<domain type='qemu'><name>guest</name><memory>65536</memory>"
	echo "<os><type arch='x86_64' machine='q35'>hvm</type></os><devices>"
	echo "<emulator>$work/qemu</emulator>"
	pcislot plan --format libvirt "$1" || return
	echo "</devices></domain>"
}

defined()
{
	domain 01:00.1,7=7,01:01.0=3@07 >guest.xml &&
		virsh_session define guest.xml && return
	tail -n 5 libvirtd.said
	return 1
}

# Compare each function's place in the arguments for QEMU
told()
{
	virsh_session domxml-to-native qemu-argv --domain guest >arguments || return
	tr ' ' '\n' <arguments | sed -n 's/.*"vfio-pci",\("host":"[^"]*"\),.*\("bus".*\)}.*/\1,\2/p' >got
	diff - got <<-END
	"host":"0000:01:00.1","bus":"pcie.0","multifunction":true,"addr":"0x7"
	"host":"0000:01:01.0","bus":"pcie.0","addr":"0x7.0x3"
	"host":"0000:01:00.7","bus":"pcie.0","addr":"0x7.0x7"
	END
}

# other FUNCTION: another guest, with the first one's function 3 moved to FUNCTION
other()
{
	sed "s/>guest</>at-$1</; s/function='0x3'/function='$1'/" guest.xml >other.xml
	virsh_session define other.xml
}

not_other()
{
	! other "$1"
}

plant "$here/trees/lab.tree" root
start
echo "1..4"
test_that "it takes a guest with a slot of ours" defined
test_that "it would tell QEMU every function's place" told
test_that "it takes another guest with a free place" other 0x4
test_that "it takes none with two functions at one place" not_other 0x7
[ "$failed" -eq 0 ]
