# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # "kernel", "verb" are the caller's
#
# Numbered steps, and the steps that every verb begins with.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "${BASH_SOURCE[0]}")/paths.sh"

# A make above us must not have its jobs counted or its flags used by ours.
unset MAKEFLAGS MFLAGS MAKELEVEL

steps=4		# how many there will be; a verb with more says so
step=0

clock()
{
	printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60))
}

# step <title>: the next one begins
step()
{
	step=$((step + 1))
	printf '[%2d/%d] %5s  %s\n' "$step" "$steps" "$(clock)" "$1"
}

# What is going on, on a line that is written over; not into files and pipes,
# where once in a while is enough.
progress()
{
	if [ -t 1 ]; then
		printf '\r%14s  %s\033[K' "$(clock)" "$1"
	elif [ $((SECONDS - told)) -ge 30 ]; then
		told=$SECONDS
		printf '%14s  %s\n' "$(clock)" "$1"
	fi
}

progress_end()
{
	[ ! -t 1 ] || printf '\r\033[K'
}

# How far a build is, from its log.
count_of()
{
	case $1 in
	qemu) grep -o '^\[[0-9]*/[0-9]*\]' "$log/qemu.log" | tail -n 1 ;;
	*) grep -cE '^ +(CC|AS|LD|AR|HOSTCC) ' "$log/$1.log" ;;
	esac 2>/dev/null || :
}

failed_step()
{
	progress_end
	echo "lab: this step failed; the end of its log:" >&2
	tail -n 20 "$log/$1.log" | sed 's/^/    /' >&2
	die "the whole log: $log/$1.log"
}

# jobs_wait <name>=<pid>...: all of them, with a moving count
jobs_wait()
{
	local job text running=y

	told=$SECONDS
	while [ -n "$running" ]; do
		running='' text=''
		for job in "$@"; do
			kill -0 "${job#*=}" 2>/dev/null || continue
			running=y
			text="$text  ${job%=*} $(count_of "${job%=*}")"
		done
		[ -z "$running" ] || { progress "${text#  }"; sleep 0.2; }
	done
	progress_end
	for job in "$@"; do
		wait "${job#*=}" || failed_step "${job%=*}"
	done
}

prepare()
{
	step "Debian packages"
	"$lab/install.sh" "${verb:-all}"
}

build()
{
	# Two labs in one tree would write the same files.
	exec 8>"$build/lock"
	flock -n 8 || { echo "lab: waiting for another lab in $build"; flock 8; }
	step "QEMU with sriov-edu, Linux ($kernel)"
	"$lab/qemu.sh" "$verb" >"$log/qemu.log" 2>&1 &
	local qemu=$!
	"$lab/kernel.sh" "$kernel" >"$log/kernel-$kernel.log" 2>&1 &
	jobs_wait "qemu=$qemu" "kernel-$kernel=$!"
	step "The VM's image: tools, modules, tests"
	"$lab/image.sh" "$kernel" >"$log/image-$kernel.log" 2>&1 &
	jobs_wait "image-$kernel=$!"
	exec 8>&-
}
