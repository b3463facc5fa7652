#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# libvirt.sh BUILD: check our XML with libvirt itself: with its schema, by
# virt-xml-validate, and with its parser, by a domain of its test driver, which needs
# no daemon.  Both are in Debian's libvirt-clients.  Prints TAP.

here=$(cd "$(dirname "$0")" && pwd)
PATH=$(cd "$1" && pwd):$here:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit
PCISLOT_ROOT=$work/root
export PATH PCISLOT_ROOT
group=libvirt
# shellcheck source=tools/pci/pcislot/tests/tap.sh
. "$here/tap.sh"

# domain SET: a domain with pcislot's output for SET in its <devices>
domain()
{
	echo "<domain type='test'><name>guest</name><memory>65536</memory>"
	echo "<os><type arch='x86_64' machine='q35'>hvm</type></os><devices>"
	pcislot plan --format libvirt "$1" || return
	echo "</devices></domain>"
}

valid()
{
	domain "$1" >guest.xml && virt-xml-validate guest.xml domain
}

refused()
{
	domain 01:00.1@07 | sed "s/function='0x0'/function='0x8'/" >guest.xml
	! virt-xml-validate guest.xml domain
}

# Compare every function's address in the guest, as libvirt prints it
defined()
{
	domain 01:00.1,7=7,01:01.0=3@07 >guest.xml &&
	virsh -q -c test:///default "define guest.xml; dumpxml guest" |
		sed -n "s/.*<address type='pci'.* slot='0x07' //p" >got &&
	cmp got - <<-END
	function='0x0' multifunction='on'/>
	function='0x3'/>
	function='0x7'/>
	END
}

plant "$here/trees/lab.tree" root
command -v virt-xml-validate >/dev/null || skipped "libvirt-clients is not installed"
echo "1..5"
test_that "its schema takes one function" valid 01:00.1
test_that "its schema takes one function at a place" valid 01:00.1@07
test_that "its schema takes eight functions" valid pf:01:00.0/0-7@1f
test_that "its schema would refuse a function 8" refused
test_that "its parser keeps every function's place" defined
[ "$failed" -eq 0 ]
