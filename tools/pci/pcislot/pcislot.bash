# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# bash completion for pcislot(8)

_pcislot_sets()
{
	local dir

	for dir in "${PCISLOT_ROOT:-}"/sys/bus/pci/devices/*; do
		[ ! -e "$dir/sriov_totalvfs" ] || echo "pf:${dir##*/}/"
		echo "${dir##*/}"
	done
}

_pcislot()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local words

	# an address has colons, at which bash would part it
	if declare -F _get_comp_words_by_ref >/dev/null; then
		_get_comp_words_by_ref -n : -c word -p before
	fi
	case $before in
	-m|--map) words='least identity explicit' ;;
	-f|--format) words='table qemu libvirt xl json' ;;
	-q|--qmp) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	-r|--root) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
	-b|--bus|-t|--timeout) return ;;
	*)
		case $word in
		-*) words='--map --format --bus --qmp --timeout --only-check
			--gone --force --root --help' ;;
		*)
			words='expand plan attach prepare detach list'
			[ "$COMP_CWORD" -eq 1 ] || words=$(_pcislot_sets)
			;;
		esac
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	! declare -F __ltrim_colon_completions >/dev/null ||
		__ltrim_colon_completions "$word"
}

complete -F _pcislot pcislot
