#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# sweep.sh BUILD: attach and detach while the Nth write fails, to sysfs, to the state
# file or to QEMU, and while pcislot is killed after the Nth write, for every N.  Each
# time the former state must be restored: after a failed attach at once, otherwise by
# another detach.  Prints TAP.

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
PATH=$build:$here:$PATH
work=$(mktemp -d)
trap 'qmp_peer stop; rm -rf "$work"' EXIT
PCISLOT_ROOT=$work/root
export PATH PCISLOT_ROOT
cd "$work" || exit
set_of_functions=01:00.1,3,02:00.1-2
number=0 failed=0

faked()
{
	LD_PRELOAD=$build/fake_kernel.so "$@" >said 2>&1
}

# The state that must be the same before and after
snapshot()
{
	(cd root/sys/bus/pci/devices && stat -c %N -- */driver &&
		tail -n +1 -- */driver_override) 2>&1
	cat root/run/pcislot/state.json
}

attach()
{
	faked env "$1" pcislot attach --qmp qmp --bus port1 $set_of_functions
}

detach()
{
	faked env "$1" pcislot detach --timeout 2 $set_of_functions
}

# complain WHAT: print it, and let this test fail
complain()
{
	wrong=$((wrong + 1))
	echo "# write $n: $1"
	sed 's/^/#   /' said
}

same()
{
	snapshot >now
	cmp -s before now && return
	complain "the former state was not restored"
	diff before now | sed 's/^/#   /'
}

# If QEMU accepts the same functions again, nothing was left in it.
usable()
{
	attach A=1 || complain "could not be attached afterwards"
	detach A=1 || complain "could not be detached afterwards"
	same
}

# repair: detach, as a user would after a crash
repair()
{
	pcislot list | grep -q '01:00.1' || return 0
	detach A=1 || complain "could not be detached"
}

attach_fails()
{
	attach "FAKE_FAIL=$n" && return 1
	[ $? -eq 1 ] || complain "another status than 1"
	usable
}

attach_dies()
{
	attach "FAKE_KILL=$n" && return 1
	repair
	usable
}

detach_fails()
{
	attach A=1 || complain "could not be attached"
	detach "FAKE_FAIL=$n" && return 1
	repair
	usable
}

detach_dies()
{
	attach A=1 || complain "could not be attached"
	detach "FAKE_KILL=$n" && return 1
	repair
	usable
}

# sweep TITLE FUNCTION: with n = 1, 2, ... until nothing fails any more
sweep()
{
	n=1 wrong=0
	while [ "$wrong" -eq 0 ] && "$2"; do
		n=$((n + 1))
	done
	case $2 in
	attach*) detach A=1 ;;	# the last one succeeded
	esac
	number=$((number + 1))
	if [ "$wrong" -eq 0 ] && [ "$n" -gt 10 ]; then
		echo "ok $number sweep: $1, $((n - 1)) times"
	else
		failed=$((failed + 1))
		echo "not ok $number sweep: $1, $((n - 1)) times"
	fi
}

echo "1..4"
plant "$here/trees/lab.tree" "$here/trees/vfio.tree" root
qmp_peer start
attach A=1 && detach A=1
snapshot >before
sweep "a write fails during attach" attach_fails
sweep "attach is killed after a write" attach_dies
sweep "a write fails during detach" detach_fails
sweep "detach is killed after a write" detach_dies
[ "$failed" -eq 0 ]
