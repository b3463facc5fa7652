#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# install.sh <verb>: installs the Debian packages that the verb needs and that
# this machine does not have, after listing them.

# shellcheck source=tools/testing/lab/paths.sh
. "$(dirname "$0")/paths.sh"

mapfile -t packages < <(awk -v verb="${1:-all}" \
	'!/^#/ && ($2 == "all" || $2 == verb) { print $1 }' "$lab/packages" | sort |
	comm -23 - <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' |
		sed -n 's/^installed //p' | sort))
[ "${#packages[@]}" -gt 0 ] || exit 0

sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
install=("${sudo[@]}" apt-get install -y --no-install-recommends "${packages[@]}")
if [ -n "${LAB_NO_INSTALL:-}" ]; then
	echo "lab: packages are missing; install them with"
	echo "    ${install[*]}"
	exit 1
fi
type -P "${install[0]}" >/dev/null ||
	die "packages are missing, and there is no ${install[0]}; as root, run: ${install[*]:${#sudo[@]}}"

# The output of apt-get goes to the log, its progress to the terminal.
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
