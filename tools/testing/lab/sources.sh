#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# sources.sh linux|qemu: fetches the source of Debian's kernel or QEMU and unpacks it
# at build/linux-stock or build/qemu-src, and with QEMU the meson that builds it at
# build/meson.  QEMU is that of Debian 13 on all hosts.
# sources.sh fetch linux|qemu...: only fetches them; what unpacks them may not be
# installed yet.
#
# They come from this machine's package archives through package lists of our own: the
# machine's apt configuration does not change, and root is not needed.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

kernel_package=linux-source-6.12
tar=/usr/src/$kernel_package.tar.xz
dl=$build/dl
keys=/usr/share/keyrings/debian-archive-keyring.gpg
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)

# archives <suite>: each archive that the machine's apt uses for its release: its URI,
# and <suite> or an addition to it.  The kernel's source is among the security updates,
# which most mirrors keep beside the main archive, if that is all that is configured.
archives()
{
	apt-get update --print-uris -o Dir::State::lists="$apt/none" 2>/dev/null |
	sed -nE "s,^'(.*[^/])/*/dists/$release(-updates|-security)?/InRelease'.*,\1 $1\2,p" |
	awk -v security="$1-security" '{ print; found = found || $2 == security }
		NR == 1 { uri = $1 }
		END { if (NR && !found) print uri "-security", security }'
}

quiet_apt()
{
	apt-get -q -o Dir::Etc::sourcelist="$apt/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" \
		-o APT::Sandbox::User=root "$@"
}

# fetch_lists <suite>: once, also when several need it at the same time
fetch_lists()
{
	local option=''

	apt=$dl/apt-$1
	mkdir -p "$apt/none/partial" "$apt/lists/partial" "$apt/cache/archives/partial"
	exec 9>"$apt/lock"
	flock 9
	[ ! -e "$apt/fetched" ] || return 0
	[ ! -e "$keys" ] || option="[signed-by=$keys] "
	archives "$1" | sed -E "s,(.*),deb $option\1 main\ndeb-src $option\1 main," \
		>"$apt/sources.list"
	[ -s "$apt/sources.list" ] || die "no entry for Debian's $release in /etc/apt"
	quiet_apt update && touch "$apt/fetched"
	exec 9>&-
}

# get <what> <suite> <apt-get arguments>
get()
{
	fetch_lists "$2"
	(cd "$dl" && quiet_apt "${@:3}") && return
	rm -f "$apt/fetched"
	echo "lab: could not fetch $1, which is in Debian's $2." >&2
	echo "lab: These sources were tried; add what is missing to /etc/apt:" >&2
	sed 's/^/    /' "$apt/sources.list" >&2
	exit 1
}

fetch_linux()
{
	[ ! -e "$build/linux-stock/Makefile" ] && [ ! -e "$tar" ] || return 0
	compgen -G "$dl/${kernel_package}_*.deb" >/dev/null ||
		get "$kernel_package" "$release" download "$kernel_package"
}

linux()
{
	[ ! -e "$build/linux-stock/Makefile" ] || return 0
	fetch_linux
	rm -rf "$build/linux-stock.tmp"
	mkdir "$build/linux-stock.tmp"
	if [ -e "$tar" ]; then
		cat "$tar"
	else
		dpkg-deb --fsys-tarfile "$dl/$kernel_package"_*.deb | tar -xO ".$tar"
	fi | tar -xJ -C "$build/linux-stock.tmp" --strip-components=1
	mv "$build/linux-stock.tmp" "$build/linux-stock"
}

fetch_qemu()
{
	compgen -G "$dl/qemu_10.0.*.dsc" >/dev/null || has_qemu ||
		get "QEMU's source package" trixie source --download-only qemu
	compgen -G "$dl/meson_*.deb" >/dev/null || [ -e "$build/meson/usr" ] ||
		get meson trixie download meson
}

has_qemu()
{
	grep -qs '^10\.0\.' "$build/qemu-src/VERSION"
}

qemu()
{
	fetch_qemu
	[ -e "$build/meson/usr" ] || dpkg-deb -x "$dl"/meson_*.deb "$build/meson"
	! has_qemu || return 0
	rm -rf "$build/qemu-src" "$build/qemu-src.tmp" "$build/obj-qemu"/*
	dpkg-source --no-check -x "$dl"/qemu_10.0.*.dsc "$build/qemu-src.tmp"
	mv "$build/qemu-src.tmp" "$build/qemu-src"
}

mkdir -p "$dl"
case ${1:-} in
linux|qemu) exclusively "sources-$1"; "$1" ;;
fetch)
	for what in "${@:2}"; do
		(exclusively "sources-$what"; "fetch_$what")
	done
	;;
*) die "usage: sources.sh [fetch] linux|qemu" ;;
esac
