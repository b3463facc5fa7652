#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# sources.sh linux|qemu: fetches the source of Debian's kernel or QEMU and
# unpacks it at build/linux-stock or build/qemu-src.
# sources.sh fetch linux|qemu...: fetches them, and does not unpack them, as what
# that needs may not be installed yet.
#
# They come from where this machine gets its packages, but through lists of our
# own, so that nothing of the machine's apt changes and root is not needed.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

kernel_package=linux-source-6.12
tar=/usr/src/$kernel_package.tar.xz
dl=$build/dl
apt=$build/dl/apt
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"

release()
{
	sed -n 's/^VERSION_CODENAME=//p' /etc/os-release
}

# One deb822 stanza for each of the machine's entries, one-line style or not,
# whose suite is the release's own or its updates or security updates.
entries()
{
	local file

	for file in /etc/apt/sources.list.d/*.sources; do
		[ ! -e "$file" ] || cat "$file"
		echo
	done
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ ! -e "$file" ] || one_line <"$file"
	done
}

one_line()
{
	sed -nE 's/#.*//; s/^deb[ \t]+(\[([^]]*)\])?[ \t]*([^ \t]+)[ \t]+([^ \t]+)[ \t]+(.*)$/\2|\3|\4|\5/p' |
	while IFS='|' read -r options uri suite components; do
		printf '\nTypes: deb\nURIs: %s\nSuites: %s\nComponents: %s\n' \
			"$uri" "$suite" "$components"
		for option in $options; do
			case $option in
			signed-by=*) echo "Signed-By: ${option#*=}" ;;
			esac
		done
		echo
	done
}

# Keeps, of the stanzas it reads, those of the distribution, and has each say
# both packages and sources.
distribution()
{
	awk -v release="$(release)" 'BEGIN { RS = ""; FS = "\n" }
	{
		keep = 0; off = 0; text = "Types: deb deb-src\n"
		for (i = 1; i <= NF; i++) {
			if ($i ~ /^#/)
				continue
			if ($i ~ /^Enabled: *no/)
				off = 1
			if ($i ~ /^Types:/)
				continue
			if ($i ~ /^Suites:/) {
				n = split($i, word, " ")
				suites = ""
				for (j = 2; j <= n; j++)
					if (word[j] ~ "^" release "(-updates|-security)?/?$")
						suites = suites " " word[j]
				keep = suites != ""
				$i = "Suites:" suites
			}
			if ($i ~ /^Components:/)
				main = $i ~ / main( |$)/
			text = text $i "\n"
		}
		if (keep && main && !off)
			print text
	}'
}

# A machine may have the main archive only, and the kernel's source is among the
# security updates, which most mirrors keep beside it.
security()
{
	grep -q "^Suites:.*-security" "$1" && return
	awk -v suite="$(release)-security" '/^URIs:/ && !done {
		sub("/*$", "", $2)
		print "Types: deb deb-src\nURIs: " $2 "-security"
		print "Suites: " suite "\nComponents: main"
		done = 1
	}
	/^Signed-By:/ { print; exit }' "$1"
}

quiet_apt()
{
	apt-get -q -o Dir::Etc::sourcelist="$1" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" \
		-o APT::Sandbox::User=root "${@:2}"
}

# Once, also when the kernel and QEMU are fetched at the same time.
fetch_lists()
{
	exec 9>"$apt/lock"
	flock 9
	[ ! -e "$apt/fetched" ] || return 0
	entries | distribution >"$apt/sources.sources"
	[ -s "$apt/sources.sources" ] ||
		die "no entry for Debian's $(release) with component main in /etc/apt"
	security "$apt/sources.sources" >"$apt/security" || :
	cat "$apt/security" >>"$apt/sources.sources"
	quiet_apt "$apt/sources.sources" update && touch "$apt/fetched"
	exec 9>&-
}

# get <what> <where Debian has it> <apt-get arguments>
get()
{
	fetch_lists
	(cd "$dl" && quiet_apt "$apt/sources.sources" "${@:3}") && return
	rm -f "$apt/fetched"
	echo "lab: could not fetch $1, which is in $2 of Debian 12." >&2
	echo "lab: These sources were tried; add what is missing to /etc/apt:" >&2
	sed 's/^/    /' "$apt/sources.sources" >&2
	exit 1
}

fetch_linux()
{
	[ ! -e "$build/linux-stock/Makefile" ] && [ ! -e "$tar" ] || return 0
	compgen -G "$dl/${kernel_package}_*.deb" >/dev/null ||
		get "$kernel_package" bookworm-security download "$kernel_package"
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
		dpkg-deb --fsys-tarfile "$dl/$kernel_package"_*.deb |
			tar -xO ".$tar"
	fi | xz -dc | tar -x -C "$build/linux-stock.tmp" --strip-components=1
	mv "$build/linux-stock.tmp" "$build/linux-stock"
}

fetch_qemu()
{
	[ ! -e "$build/qemu-src/configure" ] || return 0
	compgen -G "$dl/qemu_*.dsc" >/dev/null ||
		get "QEMU's source package" bookworm source --download-only qemu
}

qemu()
{
	[ ! -e "$build/qemu-src/configure" ] || return 0
	fetch_qemu
	rm -rf "$build/qemu-src" "$build/qemu-src.tmp"
	dpkg-source --no-check -x "$dl"/qemu_*.dsc "$build/qemu-src.tmp"
	mv "$build/qemu-src.tmp" "$build/qemu-src"
}

case ${1:-} in
linux|qemu) exclusively "sources-$1"; "$1" ;;
fetch)
	for what in "${@:2}"; do
		(exclusively "sources-$what"; "fetch_$what")
	done
	;;
*) die "usage: sources.sh [fetch] linux|qemu" ;;
esac
