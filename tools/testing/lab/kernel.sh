#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel.sh stock|new|debug|coverage: configures and builds a kernel in build/obj-*.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

kernel=${1:-new}
src=$(source_of "$kernel")
obj=$build/obj-$kernel
# the same sources make the same kernel, for every user and at any time
export KBUILD_BUILD_USER=lab KBUILD_BUILD_HOST=lab

# The tests' config comes last: what they need, the kernel they run on has.
fragments()
{
	printf '%s\n' "$lab/config/base" "$lab/config/base-$linux_version"
	[ "$kernel" = stock ] ||
		printf '%s\n' "$lab/config/new" "$top/drivers/pci/sriov/.kunitconfig"
	case $kernel in debug|coverage) echo "$lab/config/$kernel" ;; esac
	find "$top/tools/testing/selftests/pci_sriov" -name config
}

# The options that the project's Kconfig files add
ours()
{
	sed -n 's/^source "\(.*\)"/\1/p' "$top/Kconfig" | while read -r file; do
		sed -nE 's/^(menu)?config (.*)/CONFIG_\2/p' "$top/$file"
	done
}

# The stock kernel cannot have them.  What .kunitconfig shares with config/debug is
# for the debug kernel alone.
wanted()
{
	case $kernel in
	stock) grep -vwFf <(ours) -h "$@" ;;
	new|coverage) grep -vxFf <(grep '^CONFIG' "$lab/config/debug") -h "$@" ;;
	debug) cat "$@" ;;
	esac
}

# Kconfig drops in silence what it cannot give.
check()
{
	local line bad=0

	while read -r line; do
		case $line in CONFIG_*|'# CONFIG_'*' is not set') ;; *) continue ;; esac
		grep -qxF "$line" .config && continue
		# allnoconfig writes nothing for what cannot be chosen either
		[[ $line == '# '* ]] && name=${line#\# } &&
			! grep -q "^${name%% *}=" .config && continue
		echo "lab: $kernel kernel: not in the configuration: $line" >&2
		bad=1
	done <"$1"
	return $bad
}

configure()
{
	local files

	mapfile -t files < <(fragments)
	cd "$obj"
	wanted "${files[@]}" >lab.config
	make -s -C "$src" O="$obj" KCONFIG_ALLCONFIG="$obj/lab.config" \
		allnoconfig 2>&1 | { grep -v "warning: override: reassigning" || :; }
	check lab.config
}

inputs()
{
	local files

	mapfile -t files < <(fragments)
	{
		hash "${files[@]}" "$lab/kernel.sh"
		[ "$kernel" = stock ] || cat "$build/overlay.stamp"
	} | sha256sum
}

exclusively "obj-$kernel"
"$lab/sources.sh" linux
[ "$kernel" = stock ] || "$lab/tree.sh"
now=$(inputs)
fresh "$obj/lab.stamp" "$now" && exit
mkdir -p "$obj"
configure
targets=(vmlinux modules)
# what one kernel can start another from, see power.sh
case $kernel in new|stock) targets+=(bzImage) ;; esac
make -C "$src" O="$obj" -j"$(nproc)" "${targets[@]}"
echo "$now" >"$obj/lab.stamp"
