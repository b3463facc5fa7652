# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # lab gives us "set -e" and variables
#
# run [migration|passthrough|live|unplug]: guest/story, or another story, in the VM, with its
# steps numbered after the lab's, and a table of their outcomes.

story=${1:-story}
log_name=run-$kernel${1:+-$1}
case $story in
story)
	vm=("$lab/vm" --kernel "$kernel" --timeout 120
		--log "$log/$log_name.console" -- "story $kernel")
	;;
migration|unplug)
	vm=("$lab/outside.sh" "$story" "$kernel" "$log/$log_name.console")
	;;
passthrough|live)
	vm=("$lab/passthrough.sh" run "$kernel" "$log/$log_name.console" "$@")
	;;
*)
	die "run: no story '$story'"
	;;
esac

steps=$((3 + $(sed -n '/^steps <<END/,/^END/p' "$lab/guest/$story" | wc -l) - 2))
titles=() outcomes=() status=''

show()
{
	local line

	while IFS= read -r line; do
		case $line in
		@step*) step "${line#@step }"; titles+=("${line#@step }") ;;
		@held*) outcomes+=("${line#@held }") ;;
		@status*) status=${line#@status } ;;
		*) printf '%15s%s\n' '' "$line" ;;
		esac
	done
}

table()
{
	local i

	printf '\n   step  held  what\n'
	for i in "${!titles[@]}"; do
		printf '   %4d  %-4s  %s\n' $((first + i)) "${outcomes[i]:-no}" "${titles[i]}"
	done
	echo
}

prepare
build
if [[ $story = passthrough || $story = live ]]; then
	job passthrough "$lab/passthrough.sh" make "$kernel"
	jobs_wait
fi
step "Boot"
first=$((step + 1))
show < <(with_status "$log/$log_name.log" "${vm[@]}")
table
if [ "$status" -eq 0 ] && [ "$step" -eq "$steps" ]; then
	echo "All steps passed, in $(clock)."
else
	die "a step failed (status $status); the log: $log/$log_name.log"
fi
