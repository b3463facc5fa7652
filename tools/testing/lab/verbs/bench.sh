# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # lab gives us "set -e" and variables
#
# bench [--icount] [--repeat N] [GROUP]...: boots the stock and the new kernel in
# turn, measures in both the cases that bench/cases has (all, or these groups of
# them), and prints a table of medians; also to build/bench.txt, as a plot to
# build/bench.svg, and as measured to build/bench.data.

icount='' repeat=3 groups=()

while [ $# -gt 0 ]; do
	case $1 in
	--icount) icount=y ;;
	--repeat) repeat=${2:-}; shift $(($# > 1)) ;;
	-*) die "bench: unknown argument '$1'; see ./lab help" ;;
	*) groups+=("$1") ;;
	esac
	shift
done
[[ $repeat =~ ^[1-9][0-9]?$ ]] || die "bench: --repeat '$repeat' is not a number from 1 to 99"

# What is measured, what is wanted of the new kernel, and what it is called
table()
{
	cat <<'END'
disable-256         of-stock  1/40  disable 256 VFs
disable-10x250      of-stock  1/40  disable 10 x 250 VFs, ten writers at once
enable-10x250       of-stock  1/3   enable 10 x 250 VFs, ten writers at once
probe-64            of-stock  1/8   enable 64 VFs, async. probe that sleeps 10 ms
probe-256           of-stock  1/16  enable 256 VFs, async. probe that sleeps 10 ms
rtr-again-256       of-stock  1/3   enable 256 VFs again, ready in 5 ms by RTR
rtr-first-256       -         -     the same for the first time
reads-per-vf        at-most   20    config reads per VF at enable
writes-per-vf       -         -     config writes per VF at enable
add-cpu-256         of-stock  2/3   CPU time per VF added, of 256
remove-cpu-256      -         -     CPU time per VF removed, of 256
add-growth          at-most   1.05  CPU time per VF added, of 4,096 : of 64
remove-growth       at-most   1.1   CPU time per VF removed, of 4,096 : of 64
slab-per-vf         of-stock  1     memory per VF (slab)
enable-256          -         -     enable 256 VFs
again-256           -         -     disable 256 VFs and enable them at once
edu-enable-64       -         -     sriov-edu: enable 64 VFs, with VF driver
edu-disable-64      -         -     sriov-edu: disable 64 VFs
nvme-enable-8       -         -     nvme: enable 8 VFs
nvme-disable-8      -         -     nvme: disable 8 VFs
broken              at-most   0     accesses that the specification forbids
END
}

# boot <kernel> <turn>
boot()
{
	local made=$build/obj-$1/lab-bench name=bench-$1-$2
	# 6.12 waits by jiffies, and these lag while QEMU holds a processor up
	local vm=("$lab/vm" --kernel "$1" --timeout 1800 --log "$log/$name.console")
	local slack=60000

	[ -z "$icount" ] || { vm+=(--icount=0); slack=0; }
	vm+=(--put "$made/softpf.ko" --put "$made/numvfs" --put "$lab/bench/cases"
		-- "SLACK_US=$slack ./cases ${groups[*]}")
	step "Boot $1, $2 of $repeat"
	"${vm[@]}" >"$log/$name.log" || {
		tail -n 5 "$log/$name.log" >&2
		die "the $1 kernel did not end well; its messages: $log/$name.console"
	}
	sed "s/^/$1 /" "$log/$name.log" >>"$build/bench.data"
}

make_both()
{
	step "QEMU with sriov-edu, Linux (stock and new), the VM's images"
	job qemu "$lab/qemu.sh" "$verb"
	for kernel in stock new; do
		job "kernel-$kernel" "$lab/image.sh" "$kernel"
	done
	jobs_wait
	step "What is measured with"
	for kernel in stock new; do
		job "bench-$kernel" "$lab/bench/make.sh" "$kernel"
	done
	jobs_wait
}

steps=$((3 + 2 * repeat))
prepare
make_both
: >"$build/bench.data"
for turn in $(seq "$repeat"); do
	boot stock "$turn"
	boot new "$turn"
done
echo
awk -v svg="$build/bench.svg" -v runs="$repeat${icount:+, in instructions}" \
	-f "$lab/bench/results.awk" <(table) "$build/bench.data" |
	tee "$build/bench.txt"
