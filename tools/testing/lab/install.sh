#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# install.sh <verb>: installs the Debian packages that the verb needs and that
# this machine does not have, after saying which.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

verb=${1:-all}

installed()
{
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing()
{
	local package for

	while read -r package for _; do
		case $package in '#'*|'') continue ;; esac
		[ "$for" = all ] || [ "$for" = "$verb" ] || continue
		installed "$package" || echo "$package"
	done <"$lab/packages"
}

mapfile -t packages < <(missing)
[ "${#packages[@]}" -gt 0 ] || exit 0

type -P apt-get >/dev/null ||
	die "needs these Debian packages, and there is no apt-get: ${packages[*]}"
sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
install=("${sudo[@]}" apt-get install -y --no-install-recommends "${packages[@]}")

if [ -n "${LAB_NO_INSTALL:-}" ]; then
	echo "lab: packages are missing; install them with"
	echo "    ${install[*]}"
	exit 1
fi
[ "$(id -u)" -eq 0 ] || type -P sudo >/dev/null ||
	die "packages are missing, and there is no sudo; as root, run: ${install[*]:1}"

# What apt-get says goes to the log; how far it is, to who waits.
follow()
{
	local line count=0

	while IFS= read -r line; do
		echo "$line" >>"$log/install.log"
		case $line in
		Get:*) progress "download ${line:0:50}" ;;
		'Unpacking '*|'Setting up '*)
			count=$((count + 1))
			progress "$count  ${line:0:50}"
			;;
		esac
	done
	progress_end
}

echo "Will be installed: ${packages[*]}"
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -q >"$log/install.log" 2>&1 ||
	echo "lab: apt-get update had errors, see $log/install.log" >&2
"${install[@]}" 2>&1 </dev/null | follow || {
	tail -n 15 "$log/install.log" >&2
	die "could not install them; the whole log: $log/install.log"
}
