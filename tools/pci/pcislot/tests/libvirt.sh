#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# libvirt.sh BUILD: what libvirt itself says of our XML: its schema, by
# virt-xml-validate, and its parser, by a domain of its test driver, which needs no
# daemon.  Both are in Debian's libvirt-clients.  Reports in TAP.

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

# domain SET: with what pcislot says of it in its <devices>
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

# The guest's address of every function, after libvirt has read and written it
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
