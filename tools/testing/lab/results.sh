# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # status, died: for the caller; build: paths.sh's
#
# Shows a line for each result of a test, and counts.  TAP and KTAP are parsed by
# the kernel's tools/testing/kunit/kunit.py; its output is read here.

passed=0 failed=0 skipped=0 notes='' prefix=''

# result <passed|failed|skipped> <name> [<note>]
result()
{
	case $1 in
	passed) passed=$((passed + 1)) ;;
	failed) failed=$((failed + 1)) ;;
	skipped) skipped=$((skipped + 1)) ;;
	esac
	printf '%14s  %-7s %s\n' "$(clock)" "$1" "$2${3:+  ($3)}"
	[ "$1" != failed ] || printf '%s' "$notes" | tail -n 30 | sed 's/^/        /'
	notes=''
}

# The parser drops what follows a "#": keep it, with another character in its place,
# but not in the line that ends a group, which has to have the group's name.  What vm
# writes in the end is for vm_failed().
keep_reasons()
{
	sed -u -E -e '/^lab: /,$d' \
		-e '/^ *(not )?ok [0-9]+ selftests: /{s/^not ok [^#]* # (.*)/# \1\n&/;b}' \
		-e '/^ *((not )?ok [0-9]|1\.\.0)/s/#/\x01/g' \
		-e 's/^( *)1\.\.0 (.*)/\11..1\n\1ok 1 \2/' \
		-e '/\x01 *SKIP/s/$/ # SKIP/'
}

# leaf <passed|failed|skipped> <name>: a result, with what follows a "#" in its name
leaf()
{
	local name=${2//$'\x01'/#} note=''

	case $name in
	*'# SKIP'*) note=${name##*# SKIP}; note=${note# } name=${name%%# SKIP*} ;;
	*'# XFAIL'*)
		note="fails as expected: ${name##*# XFAIL }" name=${name%%# XFAIL*} ;;
	esac
	name=${name%"${name##*[! ]}"}
	result "$1" "$running${name:+: $name}" "$note"
}

# group_begin <name>: groups nest; each remembers what had been counted
group_begin()
{
	groups+=("$failed $lost $((passed + failed + skipped))")
	[ ${#groups[@]} -gt 2 ] || running=$prefix$1
}

# group_end <status> <name> <what the results after it belong to>
group_end()
{
	local old_failed old_lost old_all missing

	read -r old_failed old_lost old_all <<<"${groups[-1]}"
	missing=$((lost - old_lost)) lost=$old_lost
	if [ "$missing" -gt 0 ]; then
		if [ ${#groups[@]} -gt 1 ]; then
			died=$running
			result failed "$running: $missing of its tests never finished"
		else
			result failed "$running: $missing results are missing"
		fi
		failed=$((failed + missing - 1))
	elif [ "$1" = SKIPPED ]; then
		[ "$old_all" -ne $((passed + failed + skipped)) ] ||
			result skipped "$running"
	elif [ "$1" != PASSED ] && [ "$failed" -eq "$old_failed" ]; then
		[ ${#groups[@]} -gt 2 ] || set -- "$1" '' "$3"
		result failed "$running${2:+: $2}"
	fi
	unset 'groups[-1]'
	[ ${#groups[@]} -gt 1 ] || running=$3
	notes=''
}

# tap <group> <log> <command>...: the results of a command that writes TAP.  Leaves
# its exit status in $status, and in $died the last group that did not finish.  Groups
# within the stream have $prefix before their names.
tap()
{
	local line name error='' lost=0 running=$1 groups=() before=$failed
	local heading='^=+ (\[([A-Z ]+)\] )?(.*[^ ]) +=+$'

	status=1 died='' notes=''
	group_begin "$1"
	running=$1
	while IFS= read -r line; do
		line=${line#\[??:??:??\] }
		name=${line#*\] }
		if [[ $line =~ $heading ]]; then
			name=${BASH_REMATCH[3]#selftests: *: }
			case ${BASH_REMATCH[2]} in
			'') group_begin "${name% (*subtest*)}" ;;
			*) group_end "${BASH_REMATCH[2]}" "$name" "$1" ;;
			esac
			continue
		fi
		case $line in
		@status*) status=${line#@status } ;;
		'[PASSED] selftests: '*) result failed "${line##*: }: no test in it" ;;
		'[FAILED] selftests: '*) result failed "${line##*: }" ;;
		'[SKIPPED] selftests: '*) result skipped "${line##*: }" ;;
		'[PASSED] '*': the referee has no complaint') notes='' ;;
		'[PASSED] referee: '*) result passed "$name" ;;
		'[FAILED] referee: '*) result failed "$name" ;;
		'[FAILED] '*': the referee has complaints') result failed "$name" ;;
		'[PASSED] '*) leaf passed "$name" ;;
		'[FAILED] '*) leaf failed "$name" ;;
		'[SKIPPED] '*) leaf skipped "$name" ;;
		# of a test that the plan has and the stream has not; there is an
		# end to it, in a stream that the parser cannot read
		'[CRASHED]'*) lost=$((lost + 1)); [ "$lost" -lt 1000 ] || break ;;
		'[ERROR] '*) error=$name ;;
		'Testing complete.'*|'Failures: '*|'='*) ;;
		'# timeout set to '*|'# selftests: '*) ;;
		*) notes+=$line$'\n' ;;
		esac
	done < <(set +e
		"${@:3}" 2>&1 | tee "$2" | keep_reasons | {
			python3 -u "$build/linux-stock/tools/testing/kunit/kunit.py" parse
			cat >/dev/null	# it stops at the end of the plan
		}
		echo "@status ${PIPESTATUS[0]}")
	group_end PASSED '' "$1"
	[ "$failed" -gt "$before" ] || [ -z "$error" ] || result failed "$1: $error"
}
