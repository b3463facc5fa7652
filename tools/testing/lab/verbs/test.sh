# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # lab gives us "set -e" and variables
#
# test [test]...: all tests, or the kselftests named, or of which that is a pattern.

# shellcheck source=tools/testing/lab/results.sh
. "$lab/results.sh"

begun=$(date +%s)

# .ci/run has a limit: LAB_DEADLINE is when no further group of tests begins.
late_why="not begun: the tests' 75 minutes have passed"
late()
{
	[ -n "${LAB_DEADLINE:-}" ] && [ "$(date +%s)" -ge "$LAB_DEADLINE" ]
}

selftests=$top/tools/testing/selftests/pci_sriov

# tap_of <group> <log> <command>...: for programs that do not write a version line,
# and whose plan may come last; the parser wants both at the beginning.
tap_of()
{
	local before=$failed

	tap "$1" "$2" with_version "${@:3}"
	[ "$status" -eq 0 ] || [ "$failed" -gt "$before" ] ||
		result failed "$1" "exit status $status"
}

with_version()
{
	echo "TAP version 13"
	"$@" 2>&1 | sed -u -E '/^(not )?ok /,${/^1\.\.[0-9]/d}; /^TAP version/d'
}

# The device's own test, which needs no kernel.
qtest()
{
	step "The device's qtest"
	tap_of sriov-edu-test "$log/qtest.log" env -C "$shared/obj-qemu" \
		QTEST_QEMU_BINARY=./qemu-system-x86_64 timeout 300 \
		tests/qtest/sriov-edu-test --tap -k
}

# pcislot's tests need neither a kernel nor the VM, and our QEMU only to talk with.
pcislot()
{
	step "pcislot's tests"
	tap_of pcislot "$log/pcislot.log" timeout 900 \
		make -s -C "$top/tools/pci/pcislot" O="$build/pcislot" \
		QEMU="$shared/obj-qemu/qemu-system-x86_64" check
}

# sriovctl's tests need no kernel either: what they preload plays it.
sriovctl()
{
	step "sriovctl's tests"
	tap_of sriovctl "$log/sriovctl.log" timeout 900 \
		make -s -C "$top/tools/pci/sriovctl" O="$build/sriovctl" check
}

# Nor does the reader of live migration's stream
stream()
{
	step "The reader of a VF's state, in user space"
	tap_of stream "$log/stream.log" timeout 300 \
		make -s -C "$lab/stream" O="$build/stream" check
}

# story <name> <command>...: each step of what ./lab run <name> shows is a test
story()
{
	local line title='' status=1 before=$failed

	notes=''
	while IFS= read -r line; do
		case $line in
		@step*) title=${line#@step }; notes='' ;;
		'@held yes') result passed "$1: $title" ;;
		@held*) result failed "$1: $title" ;;
		@status*) status=${line#@status } ;;
		*) notes+=$line$'\n' ;;
		esac
	done < <(with_status "$log/test-$kernel-$1.log" "${@:2}")
	[ "$status" -eq 0 ] || [ "$failed" -gt "$before" ] ||
		vm_failed "$1" "$status" "$log/test-$kernel-$1.log"
}

# sriovctl on this kernel, with the PFs of the default VM
sriovctl_vm()
{
	local out=$log/test-$kernel-sriovctl before=$failed

	step "sriovctl in the VM, $kernel kernel"
	tap "sriovctl in the VM" "$out.log" "$lab/sriovctl.sh" "$kernel" "$out.console"
	[ "$status" -eq 0 ] || [ "$failed" -gt "$before" ] ||
		vm_failed "sriovctl in the VM" "$status" "$out.log"
}

# What a guest within the VM needs, for both stories
inner_guest()
{
	[ -n "${inner_guest_made:-}" ] || "$lab/passthrough.sh" make "$kernel"
	inner_guest_made=yes
}

passthrough()
{
	step "VFs given to a guest within the VM"
	inner_guest
	story passthrough "$lab/passthrough.sh" run "$kernel" \
		"$log/test-$kernel-passthrough.console" passthrough
}

live()
{
	step "A guest within the VM moves with its VF to another QEMU"
	inner_guest
	story live "$lab/passthrough.sh" run "$kernel" \
		"$log/test-$kernel-live.console" live
}

# The other master acts from outside the VM; in migration_*test, from inside.
migration()
{
	step "A VF migrates from one PF to another"
	story migration "$lab/outside.sh" migration "$kernel" \
		"$log/test-$kernel-migration.console"
}

# VFs, and the end of a kernel: in VMs that are switched off or start another one
power()
{
	step "VFs when the machine is switched off, or starts another kernel"
	story power "$lab/power.sh" "$kernel" "$log/test-$kernel-power.console"
}

# PFs with VFs are unplugged: by ACPI, which q35 prefers, and by the port itself.
unplug()
{
	local out=$log/test-$kernel-unplug

	step "PFs are unplugged while VFs are used"
	story unplug "$lab/outside.sh" unplug "$kernel" "$out.console"
	{
		echo "-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off"
		cat "$lab/devices/unplug"
	} >"$build/unplug.devices"
	story unplug-native "$lab/outside.sh" unplug "$kernel" "$out-native.console" \
		--devices "$build/unplug.devices"
}

# The model of the core's locks has no deadlock and loses no VF, and spin finds the
# faults that the old core and older versions of this one have.  Which processes run
# together, and what must be found, is in the model's first comment.
model()
{
	local dir=$build/model file=$top/Documentation/PCI/sriov/locking.pml
	local kind name found processes verdict runs=0

	step "The model of the core's locking, with spin"
	mkdir -p "$dir"
	cp "$file" "$dir/"
	: >"$log/spin.log"
	while IFS=$'\t' read -r kind name found processes; do
		runs=$((runs + 1)) verdict=failed
		if [ "$kind" = holds ]; then
			# all states have been visited, and no error was found
			model_run "$found"
			! grep -q 'errors: 0$' "$dir/output" ||
				grep -q -e 'max search depth too small' \
					-e 'Search not completed' "$dir/output" || verdict=passed
			name="no error in $name: $found"
		else
			model_run "$processes" "-D$name"
			! grep '^pan:1:' "$dir/output" | grep -qF "$found" || verdict=passed
			name="finds the fault $name"
		fi
		notes=$(grep -v -e '^unreached' -e '^	' "$dir/output" | tail -n 20 || :)$'\n'
		result "$verdict" "locking.pml: $name"
	done < <(sed -n -E 's/^ \*\t(holds|fails)\t/\1\t/p' "$file")
	[ "$runs" -gt 0 ] || result failed "locking.pml: lists no runs"
}

# model_run <processes> [<option>]: into $dir/output.  spin's exit status is not that of
# the verification.  The verifier takes seconds to run, and a minute to be optimized.
model_run()
{
	local processes

	read -r -a processes <<<"$1"
	(cd "$dir" && timeout 300 spin "${processes[@]/#/-DWITH_}" "${@:2}" \
		-run -safety -O0 -DMEMLIM=4000 -w23 locking.pml) \
		>"$dir/output" 2>&1 || :
	{ echo "== $*"; cat "$dir/output"; } >>"$log/spin.log"
}

# in_vm <name> <test>...: in the VM of that name, see vm_of().  Once more if QEMU was
# killed by a signal, which is not the kernel's fault; a second time, or an
# assertion that failed (SIGABRT), is reported.
in_vm()
{
	local before=("$passed" "$failed" "$skipped") out=$log/test-$kernel-$1 file

	in_one_vm "$@"
	case $(sed -n 's/^lab: QEMU was killed by signal //p' "$out.log") in
	''|6) return 0 ;;
	esac
	for file in "$out".{log,console}; do
		mv "$file" "$file.1"
	done
	passed=${before[0]} failed=${before[1]} skipped=${before[2]}
	echo "lab: QEMU was killed: these tests run again, and these results do not count"
	in_one_vm "$@"
}

in_one_vm()
{
	local out=$log/test-$kernel-$1 devices=${1#racing-} options=() fewer=''

	[ ! -e "$build/$devices" ] || options+=(--devices "$build/$devices")
	# The debug kernel executes many more instructions for the same work.
	case $kernel:$1 in
	debug:*) fewer="RESIZE_OPS=50 MIGRATION_EVENTS=100 MIGRATION_PFS=1" ;;
	*:racing*) ;;
	*) options+=(--icount) ;;
	esac
	tap "VM with the $1 devices" "$out.log" "$lab/vm" --kernel "$kernel" --leaks \
		"${options[@]}" --timeout 2400 --log "$out.console" -- \
		"$fewer run-tests ${*:2}$(and_coverage)"
	take_coverage "$1" "$out.log"
	[ "$status" -eq 0 ] ||
		vm_failed "VM with the $1 devices${died:+, in $died}" "$status" "$out.log"
}

# The kernel runs its KUnit tests before init.
kunit()
{
	local prefix='KUnit '

	step "KUnit tests in the $kernel kernel"
	tap KUnit "$log/kunit-$kernel.ktap" kunit_console
	[ "$status" -eq 0 ] || vm_failed "KUnit${died:+, in $died}" "$status" "$log/kunit-$kernel.log"
}

# The VM's messages as they come, and at the end its exit status
kunit_console()
{
	local console=$log/kunit-$kernel.console rc=0

	: >"$console"
	"$lab/vm" --kernel "$kernel" --append "kunit.enable=1 kunit.autorun=1" --timeout 900 \
		--log "$console" -- "true$(and_coverage)" >"$log/kunit-$kernel.log" 2>&1 &
	tail -q -n +1 -s 0.1 -f --pid=$! "$console"
	wait $! || rc=$?
	take_coverage kunit "$log/kunit-$kernel.log"
	return "$rc"
}

# For ./lab coverage: what the VM does at its end, so that its counters get out
and_coverage()
{
	# shellcheck disable=SC2016 # it is for the VM's shell
	[ "$kernel" != coverage ] || echo '; rc=$?; gcov-out; exit $rc'
}

# take_coverage <name> <log>: them, out of the VM's output
take_coverage()
{
	[ "$kernel" = coverage ] || return 0
	mkdir -p "$build/coverage/in"
	sed -n 's/^# gcov //p' "$2" | base64 -d >"$build/coverage/in/$1.tar.gz"
}

# vm_failed <what> <status of vm> <log>: with vm's explanation
vm_failed()
{
	notes=''
	case $2 in
	113) result failed "$1" "the kernel reported a bug" ;;
	*) result failed "$1" "the VM's run did not finish, status $2" ;;
	esac
	awk '/^lab: / { on = 1 }
		(on || /^    qemu: /) && n++ < 31 { print "        " $0 }' "$3"
}

# The tests whose names are like this; a name that none has stays as it is, for the
# VM to complain about.
tests_like()
{
	local name

	for name in "$@"; do
		find "$selftests" -maxdepth 1 \( -name "$name.c" -o \
			-name "$name" -name '*.sh' \) -printf '%f\n' |
			sed 's/\.c$//' | sort | grep . || echo "$name"
	done
}

# Tests that need other PFs than the default have a file devices.* beside them, with
# "# QEMU options for <test>:" in its first line, which may be a pattern, and a VM of
# their own.  A PF that makes stock oops, as the file says, is left out there.
devices_files()
{
	local file

	rm -f "$build"/devices.*
	for file in "$selftests"/devices.*; do
		grep -q '^# QEMU options for [a-z0-9_*]*:' "$file" ||
			die "$file: its first line names no test"
		if [ "$kernel" = stock ]; then
			sed '/# stock oopses$/d' "$file"
		else
			cat "$file"
		fi >"$build/${file##*/}"
	done
}

# vm_of <test>: the name of its VM, which is that of its devices.  Where tests look
# for races, as their first lines state, the processors must run at once; on
# the stock kernel no races are to be found: it deadlocks.
vm_of()
{
	local file pattern vm=default

	for file in "$build"/devices.*; do
		pattern=$(sed -n '1s/^# QEMU options for \([a-z0-9_*]*\):.*/\1/p' "$file")
		# shellcheck disable=SC2053 # a pattern is meant
		[[ $1 != $pattern ]] || vm=${file##*/}
	done
	if [[ $kernel = new || $kernel = coverage ]] && head -n 5 "$selftests/$1.c" 2>/dev/null | grep -q 'Looks for races'; then
		vm=racing-$vm
	fi
	echo "$vm"
}

# suites [test]...: each test in one VM, most in one where time is counted in
# instructions
suites()
{
	local test vm
	declare -A tests=()

	step "kselftests in the VM, $kernel kernel"
	devices_files
	while read -r test; do
		vm=$(vm_of "$test")
		tests[$vm]+=" $test"
	done < <(if [ $# -gt 0 ]; then
			tests_like "$@"
		else
			sed -n 's/^pci_sriov://p' "$build/image/$kernel/tests/kselftest-list.txt"
		fi)
	for vm in $(printf '%s\n' "${!tests[@]}" | sort -r); do
		if late; then
			result skipped "VM with the $vm devices" "$late_why"
			continue
		fi
		# shellcheck disable=SC2086 # words are meant
		in_vm "$vm" ${tests[$vm]}
	done
}

# What has nothing to do with the kernel is tested with the new one of 6.12 only, and
# nothing else where tests are named, or parts: LAB_PARTS="kunit suites".
parts=(suites)
if [ $# -eq 0 ] && [ -n "${LAB_PARTS:-}" ]; then
	read -r -a parts <<<"$LAB_PARTS"
elif [ $# -eq 0 ] && [ "$kernel" = new ]; then
	parts=(kunit suites sriovctl_vm migration passthrough live power unplug)
	[ "$build" != "$shared" ] || parts=(qtest pcislot sriovctl stream model "${parts[@]}")
elif [ $# -eq 0 ] && [ "$kernel" = stock ]; then
	parts=(suites sriovctl_vm)
elif [ $# -eq 0 ]; then
	parts=(kunit suites)
fi
steps=$((3 + ${#parts[@]}))

prepare
build
for part in "${parts[@]}"; do
	if late; then
		step "$part"
		result skipped "$part" "$late_why"
	else
		"$part" "$@"
	fi
done
echo
echo "logs: build/log/test-$kernel-* and others there; $(($(date +%s) - begun)) s"
closing="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || closing="$closing, $skipped skipped"
echo "$closing"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
