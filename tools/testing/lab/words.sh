#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# words.sh [PATH...]: find habits of wording that make comments, messages and
# documents hard to read.  Prints "file:line: habit -> what to say instead", and
# fails if there is any.  Without PATH: all files of the project.
#
# It reads comments and strings of C, comments, strings and here-documents of
# scripts, documents as a whole, and of a patch its message and the lines it adds.

cd "$(dirname "$(readlink -f "$0")")/../../.." || exit

# One habit a line: regular expression | what to say instead.  A space matches any
# white space, a line break included.  ^^ is the start of a sentence.
habits()
{
	cat <<'END'
(which|that|what) (has been|was|is) said|(as|been) said( already)? | (already logged)
^^who(?! (are|is) )|(for|of|to|by|from|with|than|and|or|but|only|not|unless|against) who(?! (is|was|are) who)|whoever | name the actor: a reset of the PF, the waiter
(?<!there )(?<!there is )(is|are|was|were) no (?!longer|more|less|fewer|other|later|earlier|\w+er than)[\w-]+ | is not a ..., is not an ...
(?<!what )(is|are|was|were) there(?! (a|an|any|no|one|anything|another|nothing|still|more|enough|room) ) | exists, is present, is added
(comes?|came|coming) and (goes?|went|going)|(has|have|had|is|are|was) gone(?! (wrong|through|to|into|from|on|up|down|back)) | exists, is added, is removed, is unbound
(VFs?|PFs?|devices?|drivers?) (comes?|came|goes|go|go away|went|has left|have left)(?! (to|through|into|from|back|up|down|out|with|over|on) ) | is added, is removed, is unbound
(?<!, )(?<!is to )(?<!specification )(?<!specification does not )(?<!section )(?<!page )(?<!document )(?<!documentation )(?<!README )(?<!users )(?<!administrator )says?(?!,)|saying | log, report, set, show
(?<!easier )said(?! to be) | logged, reported, given
tells?(?! [\w ]{1,40}(apart|from)\b)|told(?! apart)|telling | notify, log, show
asks?|asked|asking(?! price) | query, request
(?<!you )(?<!users )(?<!administrators? )(?<!authors )(?<!people )(?<!who )(?<!to )(?<!must )knows?(?!n)|knew | records, holds, can determine
(?<!with )(?<!take )(?<!takes )(?<!taken )(?<!special )cares?|cared|believes?|believed|listens?|hears?|heard of | check, assume, use, receive
somebody|someone|nobody|anybody|anyone|everybody|everyone|no one | name it: the remover, hotplug, the sysfs writer
(?<!the )(?<!these )(?<!those )(?<!all )(?<!some )(?<!few )(?<!many )(?<!and )(?<!two )(?<!three )(?<!or )(?<!no )(?<!such )others(?!') | name it: the remover, hotplug, other VFs
^^of (?!course) | the subject first
shall | should, will, must
(for|in|from) want of | without
for ever | forever
in the midst of | during
as a matter of course | by default
(all of it|it all|all) held | all steps passed
he|him|his|himself|she|her | they, the administrator
END
}

# Places where a habit is what is meant: path (a prefix) | text on that line | why
allowed()
{
	cat <<'END'
tools/testing/lab/words.sh | | the table above
tools/pci/pcislot/tests/libvirtd.sh | it would tell QEMU | a test's name
tools/testing/selftests/pci_sriov/attributes.sh | sriov_vf_msix_count is there | a test's name
tools/pci/pcislot/tests/libvirtd.sh | user "nobody" | the user's name
END
}

files()
{
	if [ $# -gt 0 ]; then
		find "$@" -type f
	else
		git ls-files
	fi | grep -vE '(^|/)(build|golden|golden-qemu|trees|corpus)/|\.(svg|gitignore)$|^COPYING|^LICENSE'
}

export HABITS ALLOWED
HABITS=$(habits) ALLOWED=$(allowed)
files "$@" | perl -CSD -e '
use strict;
use warnings;

my (@habits, @allowed);
for (split /\n/, $ENV{HABITS}) {
	my ($re, $instead) = /^(.*) \| (.*)$/ or die "no habit: $_";
	my $sentence = "(?:(?<=[.:;] )|(?<=[.:;]\\n)|(?<=\\n\\n)|(?<=\\A)|(?<=[.:;]  ))\\s*+";
	$re = join "|", map { my $r = $_;
		my $at_start = $r =~ s/^\^\^//;
		$r = ($at_start ? "$sentence\\K" : "") . "\\b(?:$r)(?!\\w)"; $r
	} split_alternatives($re);
	# a look-behind must keep its one space; elsewhere a space is any white space
	$re =~ s/(\(\?<[!=][^()]*\))|( )/defined $1 ? $1 : "\\s+"/ge;
	push @habits, [qr/$re/i, $instead];
}
for (split /\n/, $ENV{ALLOWED}) {
	my @field = map { s/^\s+|\s+$//gr } split /\|/;
	push @allowed, \@field;
}

# At the top level only: a|(b|c) is a, (b|c)
sub split_alternatives
{
	my ($depth, @part) = (0, "");

	for (split //, $_[0]) {
		$depth++ if $_ eq "(";
		$depth-- if $_ eq ")";
		if ($_ eq "|" && !$depth) { push @part, "" } else { $part[-1] .= $_ }
	}
	return @part;
}

# The same text with all but line breaks blank
sub blank { return $_[0] =~ s/[^\n]/ /gr }

# A comment or string without what frames it: " * ", "# ", "//", quotes, \n
sub bare
{
	my $text = shift;

	$text =~ s{^(\s*)(/\*+|\*/|\*|//|\#+)}{$1 . " " x length $2}gme;
	$text =~ s{/\*+|\*/|\\[nt]|["\x27]}{" " x length $&}ge;
	return $text;
}

sub prose_c
{
	my $text = shift;

	$text =~ s{(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*")|(\x27(?:\\.|[^\x27\\\n])+\x27)|(.)}
		  {defined $1 || defined $2 ? bare($&) : blank($&)}gse;
	return $text;
}

sub prose_script
{
	my ($out, $end, $python) = ("");

	for my $line (split /^/, $_[0]) {
		if (defined $end) {
			if ($line =~ /^\s*\Q$end\E$/) { undef $end; $line = blank($line) }
			$out .= $line;
			next;
		}
		if ($line =~ /"""/) {
			$python = !$python if ($line =~ s/"""/   /g) == 1;
			$out .= $line;
			next;
		}
		if ($python) { $out .= $line; next }
		$end = $1 if $line =~ /<<-?[\x27"]?(\w+)[\x27"]?/;
		$line =~ s{((?:^|\s)\#.*)|("(?:\\.|\$\((?:[^()]|\([^()]*\))*\)|[^"\\])*")|(\x27[^\x27]*\x27)|(.)}
			  {defined $1 || defined $2 || defined $3 ? bare($&) : blank($&)}ge;
		$line =~ s!\$\((?:[^()]|\([^()]*\))*\)|\$\{[^}]*\}|\$\w+!"x" x length($&)!ge;
		$out .= $line;
	}
	return $out;
}

sub prose_document
{
	my $text = shift;

	$text =~ s{``[^`\n]*``|`[^`\n]*`}{"x" x length $&}ge;
	$text =~ s{^\.\\".*$}{blank($&)}gme;
	return $text;
}

sub prose
{
	my ($path, $text) = @_;

	return prose_c($text) if $path =~ /\.([ch]|pml|S|dts)$/;
	return prose_document($text) if $path =~ /\.(rst|md|8|txt)$|README|Kconfig|ABI/;
	return prose_script($text);
}

sub report
{
	my ($path, $text, $only) = @_;
	my @lines = split /\n/, $text;
	my $found = 0;

	for my $habit (@habits) {
		while ($text =~ /$habit->[0]/g) {
			my ($from, $to) = ($-[0], $+[0]);
			my $words = substr($text, $from, $to - $from) =~ s/\s+/ /gr;
			my $at = 1 + (substr($text, 0, $from) =~ tr/\n//);

			$words =~ s/ $//;
			next if $only && !$only->[$at];
			next if grep { index($path, $_->[0]) == 0 &&
				index($lines[$at - 1], $_->[1]) >= 0 } @allowed;
			print "$path:$at: $words -> $habit->[1]\n";
			$found++;
		}
	}
	return $found;
}

my $verb = "(?!(?:Address|Pass|Process|Access|Bypass|Suppress|Express|Discuss)\\b)";
my $noun = qr/^Subject:\s+(?:\[.*?\]\s+)?(?:[\w\/. -]+:\s+)+($verb(?:A|An|The|What|How|No|One|Each|Every|All|VFs?|PFs?|\w+s|\w+ed|\w+ing))\s/m;

# The message, and of each file what is added, read as that kind of file
sub report_patch
{
	my ($path, $text) = @_;
	my $found = 0;
	my ($message) = $text =~ /\A(.*?)^(?:---$|diff )/ms;

	$message //= "";
	$message =~ s/^(From |From:|Date:|Signed-off-by:|Fixes:|Link:).*$/blank($&)/gme;
	if ($message =~ $noun) {
		my $at = 1 + (substr($message, 0, $-[0]) =~ tr/\n//);
		print "$path:$at: subject \"$1 ...\" -> imperative\n";
		$found++;
	}
	$found += report($path, $message);

	my (%of, %only, $file);
	my $n = 0;
	for my $line (split /\n/, $text) {
		$n++;
		$file = $1 if $line =~ m{^\+\+\+ b/(.*)$};
		next if !defined $file || $line =~ /^(diff|index|---|\+\+\+|@@)/;
		my $added = $line =~ /^\+/;
		$of{$file}[$n] = $line =~ /^[ +]/ ? substr($line, 1) : "";
		$only{$file}[$n] = 1 if $added;
	}
	for $file (sort keys %of) {
		my $whole = join "\n", map { $_ // "" } @{$of{$file}}[1 .. $#{$of{$file}}];
		$found += report($path, prose($file, $whole), $only{$file});
	}
	return $found;
}

my $found = 0;
while (my $path = <STDIN>) {
	chomp $path;
	$path =~ s{^\./}{};
	next if -B $path && -s $path || !open my $in, "<", $path;
	local $/;
	my $text = <$in>;
	next if !defined $text;
	$found += $path =~ /\.patch$/ ? report_patch($path, $text) :
		  report($path, prose($path, $text));
}
exit($found > 0);
'
