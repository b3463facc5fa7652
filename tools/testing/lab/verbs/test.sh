# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # lab gives us "set -e" and variables
#
# test [test]...: all tests, or the kselftests named, or of which that is a pattern.

# shellcheck source=tools/testing/lab/results.sh
. "$lab/results.sh"

begun=$(date +%s)
selftests=$top/tools/testing/selftests/pci_sriov

# tap_of <group> <log> <command>...: what a program that writes TAP says
tap_of()
{
	local line status=1

	group_begin "$1"
	while IFS= read -r line; do
		case $line in
		@status*) status=${line#@status } ;;
		*) tap_line "$line" ;;
		esac
	done < <(with_status "${@:2}")
	group_end "$status"
}

# The device's own test, which needs no kernel.
qtest()
{
	step "The device's qtest"
	tap_of sriov-edu-test "$log/qtest.log" env -C "$build/obj-qemu" \
		QTEST_QEMU_BINARY=./qemu-system-x86_64 timeout 300 \
		tests/qtest/sriov-edu-test --tap -k
}

# pcislot's tests need neither a kernel nor the VM, and our QEMU only to talk with.
pcislot()
{
	step "pcislot's tests"
	tap_of pcislot "$log/pcislot.log" timeout 900 \
		make -s -C "$top/tools/pci/pcislot" O="$build/pcislot" \
		QEMU="$build/obj-qemu/qemu-system-x86_64" check
}

# story <name> <command>...: what ./lab run <name> tells, each step of it a test
story()
{
	local line title='' status=1 before=$failed

	group_begin "$1"
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

passthrough()
{
	step "VFs given to a guest within the VM"
	"$lab/passthrough.sh" make "$kernel"
	story passthrough "$lab/passthrough.sh" run "$kernel" \
		"$log/test-$kernel-passthrough.console"
}

# The other master acts from outside the VM; in migration_*test, from inside.
migration()
{
	step "A VF migrates from one PF to another"
	story migration "$lab/migration.sh" "$kernel" \
		"$log/test-$kernel-migration.console"
}

# The model of the core's locks has no deadlock and loses no VF, and spin would find
# the faults that the old core and older versions of this one have.  Which processes
# run together, and what must be found, is in the model's first comment.
model()
{
	local dir=$build/model file=$top/Documentation/PCI/sriov/locking.pml
	local kind name found processes runs=0

	step "The model of the core's locking, with spin"
	mkdir -p "$dir"
	cp "$file" "$dir/"
	: >"$log/spin.log"
	while IFS=$'\t' read -r kind name found processes; do
		runs=$((runs + 1))
		case $kind in
		holds) model_holds "$name" "$found" ;;
		fails) model_fails "$name" "$found" "$processes" ;;
		esac
	done < <(sed -n -E 's/^ \*\t(holds|fails)\t/\1\t/p' "$file")
	[ "$runs" -gt 0 ] || result failed "locking.pml: lists no runs"
}

# model_holds <name> <processes>: all states have been seen, and no error
model_holds()
{
	local verdict=failed

	model_run "$2"
	if grep -q 'errors: 0$' "$dir/said" &&
		! grep -q -e 'max search depth too small' \
			-e 'Search not completed' "$dir/said"; then
		verdict=passed
	fi
	model_result "$verdict" "no error in $1: $2"
}

# model_fails <switch> <what spin finds> <processes>
model_fails()
{
	local verdict=failed

	model_run "$3" "-D$1"
	case $(grep '^pan:1:' "$dir/said" || :) in
	*"$2"*) verdict=passed ;;
	esac
	model_result "$verdict" "finds the fault $1"
}

# model_result <passed|failed> <name>
model_result()
{
	notes=$(grep -v -e '^unreached' -e '^	' "$dir/said" | tail -n 20 || :)$'\n'
	result "$1" "locking.pml: $2"
}

# model_run <processes> [<option>]: into $dir/said.  spin's exit status says whether
# it ran, not what it found.  The verifier takes seconds to run, and a minute to be
# optimized.
model_run()
{
	local processes

	read -r -a processes <<<"$1"
	(cd "$dir" && timeout 300 spin "${processes[@]/#/-DWITH_}" "${@:2}" \
		-run -safety -O0 -DMEMLIM=4000 -w23 locking.pml) \
		>"$dir/said" 2>&1 || :
	{
		echo "== $*"
		cat "$dir/said"
	} >>"$log/spin.log"
}

# in_vm <name> [option of vm]... -- [test]...: and once more if QEMU was killed by
# a signal, which says nothing of the kernel.  Twice is no chance; and neither is
# an assertion that did not hold (SIGABRT).
in_vm()
{
	local before=("$passed" "$failed" "$skipped") said=$log/test-$kernel-$1 file

	in_one_vm "$@"
	case $(sed -n 's/^lab: QEMU was killed by signal //p' "$said.log") in
	''|6) return 0 ;;
	esac
	for file in "$said".{log,console}; do
		mv "$file" "$file.1"
	done
	passed=${before[0]} failed=${before[1]} skipped=${before[2]}
	echo "lab: QEMU was killed: the same again, and these results do not count"
	in_one_vm "$@"
}

in_one_vm()
{
	local line status=1 finished='' open='' words name=$1 options=()

	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	group_begin "vm $name"
	while IFS= read -r line; do
		case $line in
		@begin*) open=${line#@begin }; group_begin "$open" ;;
		@end*)
			read -r _ _ words <<<"$line"
			[ "$open" = referee ] || group_end "$words"
			open=''
			;;
		@count*) ;;
		@done*) finished=y ;;
		@status*) status=${line#@status } ;;
		'lab: '*|'    '*) ;;	# for vm_failed
		*) tap_line "$line" ;;
		esac
	done < <(with_status "$log/test-$kernel-$name.log" \
		"$lab/vm" --kernel "$kernel" --leaks "${options[@]}" --timeout 2400 \
			--log "$log/test-$kernel-$name.console" \
			-- "$fewer run-tests $*")
	[ -z "$open" ] || group_end "$status"
	[ -z "$finished" ] || [ "$status" -ne 0 ] || return 0
	vm_failed "VM with the $name devices" "$status" "$log/test-$kernel-$name.log"
}

# The kernel runs its KUnit tests before init, and keeps what they said.
kunit()
{
	local line status=1

	step "KUnit tests in the $kernel kernel"
	group_begin KUnit
	# shellcheck disable=SC2016 # for the VM's shell to expand
	while IFS= read -r line; do
		case $line in
		@suite*) group_begin "KUnit ${line#@suite }" ;;
		@end) group_end 0 ;;
		@status*) status=${line#@status } ;;
		*) tap_line "$line" ;;
		esac
	done < <(with_status "$log/kunit-$kernel.log" \
		"$lab/vm" --kernel "$kernel" --append kunit.enable=1 \
			--timeout 900 --log "$log/kunit-$kernel.console" -- \
			'cd /sys/kernel/debug/kunit && for suite in *; do
				echo "@suite $suite"; cat "$suite/results"; echo @end
			done')
	[ "$status" -eq 0 ] || vm_failed "KUnit" "$status" "$log/kunit-$kernel.log"
}

# vm_failed <what> <status of vm> <log>: with what vm says of it
vm_failed()
{
	group=$1 notes=''
	case $2 in
	113) result failed "$group" "the kernel reported a bug" ;;
	*) result failed "$group" "the VM's run did not finish, status $2" ;;
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

# Tests that want other PFs than the usual have a file devices.* beside them, with
# "# QEMU options for <test>:" in its first line, and a VM of their own; that may be
# a pattern.  A PF over which stock oopses, as the file says, is left out there.
# Each line is the file and its tests.
own_devices()
{
	local file pattern tests

	for file in "$selftests"/devices.*; do
		[ -e "$file" ] || continue
		pattern=$(sed -n '1s/^# QEMU options for \([a-z0-9_*]*\):.*/\1/p' "$file")
		[ -n "$pattern" ] || die "$file: its first line names no test"
		mapfile -t tests < <(tests_like "$pattern")
		if [ "$kernel" = stock ]; then
			sed '/# stock oopses$/d' "$file" >"$build/${file##*/}"
			file=$build/${file##*/}
		fi
		echo "$file" "${tests[@]}"
	done
}

# Where tests look for races, the processors must run at once.
racing=(datapath_test migration_race_test pfs_test stress_test)

# some <name> [option of vm]... -- [test]...: in_vm, unless there is no test
some()
{
	[ "${!#}" = -- ] || in_vm "$@"
}

# suites [test]...: each test in one VM, most in one where time is counted in
# instructions.  The debug kernel takes many more of them for the same work.
suites()
{
	local file own counted=(--icount) fewer='' others=() rest=() races=()

	step "kselftests in the VM, $kernel kernel"
	[ "$kernel" != debug ] || counted=() fewer="RESIZE_OPS=100 MIGRATION_EVENTS=200"
	# on the stock kernel there are no races to be looked for: it deadlocks
	[ "$kernel" = new ] || racing=()
	if [ $# -gt 0 ]; then
		mapfile -t rest < <(tests_like "$@")
		set -- "${rest[@]}"
	fi

	while read -r -a own; do
		file=${own[0]} own=("${own[@]:1}")
		others+=("${own[@]}")
		mapfile -t rest < <(named "${own[*]}" "${@:-${own[@]}}")
		mapfile -t races < <(named "${racing[*]}" "${rest[@]}")
		mapfile -t rest < <(others_than "${races[*]}" "${rest[@]}")
		some "${file##*/}" "${counted[@]}" --devices "$file" -- "${rest[@]}"
		some "racing-${file##*/}" --devices "$file" -- "${races[@]}"
	done < <(own_devices)

	mapfile -t races < <(others_than "${others[*]}" "${racing[@]}")
	mapfile -t rest < <(named "${races[*]}" "${@:-${races[@]}}")
	some racing -- "${rest[@]}"
	others+=("${races[@]}")

	mapfile -t rest < <(others_than "${others[*]}" "$@")
	# all that was named has been run
	[ $# -eq 0 ] || [ ${#rest[@]} -gt 0 ] || return 0
	in_vm default "${counted[@]}" -- "${rest[@]}" "${others[@]/#/-x }"
}

# named <tests> <test>...: which of the latter are among the former
named()
{
	local test

	for test in "${@:2}"; do
		[ -z "$test" ] || [[ " $1 " != *" $test "* ]] || echo "$test"
	done
}

# others_than <tests> <test>...: which of the latter are not
others_than()
{
	local test

	for test in "${@:2}"; do
		[ -z "$test" ] || [[ " $1 " == *" $test "* ]] || echo "$test"
	done
}

# What has nothing to do with the kernel is tested with the new one only, and
# nothing else where tests are named.
parts=(suites)
if [ $# -eq 0 ] && [ "$kernel" = new ]; then
	parts=(qtest pcislot model kunit suites migration passthrough)
elif [ $# -eq 0 ] && [ "$kernel" != stock ]; then
	parts=(kunit suites)
fi
steps=$((3 + ${#parts[@]}))

prepare
build
for part in "${parts[@]}"; do
	"$part" "$@"
done
echo
echo "logs: build/log/test-$kernel-* and others there; $(($(date +%s) - begun)) s"
closing="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || closing="$closing, $skipped skipped"
echo "$closing"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
