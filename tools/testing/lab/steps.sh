# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # "kernel", "verb" are the caller's
#
# Numbered steps, and the steps that every verb begins with.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "${BASH_SOURCE[0]}")/paths.sh"

# A make above us must not have its jobs counted or its flags used by ours.
unset MAKEFLAGS MFLAGS MAKELEVEL

sources=(linux qemu)	# whose sources the verb needs; a verb with fewer sets it
steps=3		# how many there will be; a verb with more sets it
step=0

# step <title>: the next one begins
step()
{
	step=$((step + 1))
	printf '[%2d/%d] %5s  %s\n' "$step" "$steps" "$(clock)" "$1"
}

# How far a build is, from its log.
count_of()
{
	case $1 in
	sources) ;;
	qemu) grep -o '^\[[0-9]*/[0-9]*\]' "$log/qemu.log" | tail -n 1 ;;
	*) grep -cE '^ +(CC|AS|LD|AR|HOSTCC) ' "$log/$1.log" ;;
	esac 2>/dev/null || :
}

failed_step()
{
	progress_end
	[ "$(df --output=avail "$log" | tail -n 1)" -gt 0 ] ||
		die "this step failed, because no space is left in $build"
	echo "lab: this step failed.  Errors in its log, and its end:" >&2
	{
		# with parallel jobs, the cause is seldom near the end
		grep -E -A2 'error:|ERROR|FAILED|can.t open|undefined reference|^lab:' \
			"$log/$1.log" | head -n 20 || :
		echo ...
		tail -n 10 "$log/$1.log"
	} | sed 's/^/    /' >&2
	die "the whole log: $log/$1.log"
}

# job <name> <command>...: in the background, with a log and a session, all of
# which can be ended.  To the scheduler that is a group, too, where being nice
# counts only among themselves, so the group has to be as nice.
job()
{
	# shellcheck disable=SC2016 # it is for the other shell
	nice -n "$niceness" setsid bash -c '
		{ nice >/proc/self/autogroup; } 2>/dev/null || :
		exec "$@"' job "${@:2}" >"$log/$1.log" 2>&1 &
	jobs+=("$1=$!")
}

niceness=0

jobs=()
trap 'for j in "${jobs[@]}"; do kill -- "-${j#*=}" 2>/dev/null || :; done' EXIT
trap 'exit 130' INT TERM HUP

# All of them, with a moving count; the first that fails ends the others.
jobs_wait()
{
	local job text running=("${jobs[@]}")

	shown_at=$SECONDS
	while [ ${#running[@]} -gt 0 ]; do
		text='' jobs=("${running[@]}") running=()
		for job in "${jobs[@]}"; do
			if kill -0 "${job#*=}" 2>/dev/null; then
				running+=("$job")
				text="$text  ${job%=*} $(count_of "${job%=*}")"
			else
				wait "${job#*=}" || failed_step "${job%=*}"
			fi
		done
		progress "${text#  }"
		sleep 0.1
	done
	jobs=()
	progress_end
}

prepare()
{
	step "Debian packages"
	# Meanwhile, as no package is needed for that, and it is mostly waiting;
	# but not where a command may be all that is wanted.
	[ -n "${LAB_NO_INSTALL:-}" ] || job sources "$lab/sources.sh" fetch "${sources[@]}"
	"$lab/install.sh" "${verb:-all}"
}

build()
{
	step "QEMU with sriov-edu, Linux ($kernel), the VM's image"
	# The kernel has more to do that keeps one processor only busy; let
	# there be something left for the other.
	niceness=10 job qemu "$lab/qemu.sh" "$verb"
	job "kernel-$kernel" "$lab/image.sh" "$kernel"
	jobs_wait
}

# with_status <log> <command>...: for "< <(...)"; the last line is "@status N".
# There "set -e" holds as well, and would end us before that line.
with_status()
{
	set +e
	"${@:2}" 2>&1 | tee "$1"
	echo "@status ${PIPESTATUS[0]}"
}
