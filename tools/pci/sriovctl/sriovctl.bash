# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# bash completion for sriovctl(8)

_sriovctl_pfs()
{
	local dir

	for dir in "${SRIOVCTL_ROOT:-}"/sys/bus/pci/devices/*; do
		[ ! -e "$dir/sriov_totalvfs" ] || echo "${dir##*/}"
	done
}

_sriovctl()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local words

	# an address has colons, at which bash would part it
	if declare -F _get_comp_words_by_ref >/dev/null; then
		_get_comp_words_by_ref -n : -c word -p before
	fi
	case $before in
	--autoprobe|--parallel-probe) words='yes no' ;;
	-r|--root) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
	-N|--numvfs|--hw-numvfs|-v|--vf|-t|--timeout) return ;;
	*)
		case $word in
		-*) words='--numvfs --hw-numvfs --autoprobe --parallel-probe --vf --wait
			--force --only-check --check --timeout --json --root --help' ;;
		*/*) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
		*)
			words='list status set plan apply undo online offline explain monitor wait'
			[ "$COMP_CWORD" -eq 1 ] || words=$(_sriovctl_pfs)
			;;
		esac
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	! declare -F __ltrim_colon_completions >/dev/null ||
		__ltrim_colon_completions "$word"
}

complete -F _sriovctl sriovctl
