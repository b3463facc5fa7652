# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154,SC2164 # lab gives us "set -e" and variables
#
# compile [BUILD]... [DIRECTORY]...: that what uses SR-IOV in Linux compiles with the
# new core, as it is and without a warning that the stock kernel does not give as
# well; of drivers/, all of it or what is below the directories.

all_builds=(x86-64 no-iov powerpc s390 i386 arm)
bad=0

wrong()
{
	printf '%14s  %-7s %s\n' '' "$1" "$2"
	bad=$((bad + 1))
}

# Those of the objects, from the standard input, that are (or are not) there
made()
{
	local object

	while read -r object; do
		[ ! -e "$obj/$object" ] || echo "$object"
	done
}

not_made()
{
	local object

	while read -r object; do
		[ -e "$obj/$object" ] || echo "$object"
	done
}

# What the old core offered, something here wants, and the new core does not have
unresolved()
{
	local nm=nm offered=$obj/lab.offered

	case $build_ in
	powerpc) nm=powerpc64-linux-gnu-nm ;;
	s390) nm=s390x-linux-gnu-nm ;;
	arm) nm=arm-linux-gnueabihf-nm ;;
	esac
	sed -nE '/^static/d; s/^[a-z].*[ *]([a-z_]+)\(.*/\1/p' \
		"$build/linux-stock/drivers/pci/iov.c" | sort -u >"$offered"
	(cd "$obj" && grep '\.o$' lab.objects | made | xargs "$nm" -A) >"$obj/lab.nm"
	sed -nE 's/.* U ([a-z_]+)$/\1/p' "$obj/lab.nm" | sort -u |
		grep -xFf "$offered" >"$obj/lab.wanted" || :
	sed -nE 's,^drivers/pci/.* [TW] ([a-z_]+)$,\1,p' "$obj/lab.nm" |
		sort -u | comm -13 - "$obj/lab.wanted"
}

# The same names exported, with the same conditions
not_exported()
{
	grep -hE '^EXPORT_SYMBOL' "$build/linux/drivers/pci/sriov/"*.c |
		sort | comm -13 - <(grep -E '^EXPORT_SYMBOL' \
			"$build/linux-stock/drivers/pci/iov.c" | sort)
}

# Warnings that the stock kernel does not give for the same objects; no need to
# look, for those that were not made here.
new_warnings()
{
	local objects old=/dev/null

	"$lab/warnings.sh" "$obj" >"$obj/lab.warnings"
	mapfile -t objects < <(cut -f 1 "$obj/lab.warnings" | sort -u | made |
		(cd "$build/linux-stock" && while read -r object; do
			[ ! -e "${object%.o}.c" ] || echo "$object"
		done))
	if [ ${#objects[@]} -gt 0 ]; then
		echo "                warnings in ${#objects[@]} objects; does stock have them?" >&2
		"$lab/compile.sh" "$build_" stock "${objects[@]}" >"$log/compile-$build_-stock.log" 2>&1 ||
			die "the stock kernel: see $log/compile-$build_-stock.log"
		"$lab/warnings.sh" "$obj-stock" >"$obj/lab.warnings-stock"
		old=$obj/lab.warnings-stock
	fi
	comm -23 "$obj/lab.warnings" "$old"
}

# verdict <build>: each thing that is wrong, and a line for the table at the end
verdict()
{
	local line warned ours=0 before=$bad status total

	status=$(sed -n 's/^@status //p' "$log/compile-$1.log")
	while read -r line; do
		wrong missing "$line"
	done < <(not_made <"$obj/lab.objects")
	while IFS=$'\t' read -r _ line; do
		ours=$((ours + 1))
		wrong warning "$line"
	done < <(new_warnings)
	warned=$(wc -l <"$obj/lab.warnings")
	while read -r line; do
		wrong symbol "$line: wanted, and not in the new core"
	done < <(unresolved)
	if [ "$status" != 0 ]; then
		wrong make "exit status ${status:-none}; see $log/compile-$1.log"
		grep -E -A3 'error:|undefined reference' "$log/compile-$1.log" | head -n 20 | sed 's/^/        /'
	fi
	total=$(wc -l <"$obj/lab.objects")
	table+=("$(printf '%-8s %8d %8d %9d %8d   %s' "$1" "$total" \
		"$(made <"$obj/lab.objects" | wc -l)" "$warned" "$ours" \
		"$([ "$bad" -eq "$before" ] && echo yes || echo NO)")")
}

builds=() only=()
for arg; do
	case $arg in
	*/*) only+=("${arg%/}") ;;
	*) [[ " ${all_builds[*]} " == *" $arg "* ]] ||
		die "compile: what is '$arg'? One of: ${all_builds[*]}"
	   builds+=("$arg") ;;
	esac
done
[ ${#builds[@]} -gt 0 ] || [ ${#only[@]} -eq 0 ] || builds=(x86-64)
[ ${#builds[@]} -gt 0 ] || builds=("${all_builds[@]}")
steps=$((2 + ${#builds[@]}))
table=()
sources=(linux)
prepare
jobs_wait
step "Linux with our changes, and as it is"
"$lab/sources.sh" linux
"$lab/tree.sh" >"$log/tree.log"
while read -r line; do
	wrong export "$line"
done < <(not_exported)
for build_ in "${builds[@]}"; do
	obj=$build/obj-compile-$build_
	step "Compile: $build_"
	job "compile-$build_" "$lab/compile.sh" "$build_" new "${only[@]}"
	jobs_wait
	verdict "$build_"
done
printf '\n   build     objects compiled  warnings not stock   all well\n'
printf '   %s\n' "${table[@]}"
echo
[ "$bad" -eq 0 ] || die "$bad things are wrong; logs: build/log/compile-*"
echo "All of it compiles, in $(clock)."
