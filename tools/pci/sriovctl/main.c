// SPDX-License-Identifier: GPL-2.0-only
/*
 * sriovctl - shows and configures SR-IOV.  The command line; the verbs are in cmd_*.c.
 */
#include "cmd.h"
#include "root.h"
#include "setting.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGUMENTS	65536	/* no limit */
#define TIMEOUT		60	/* seconds */
#define TIMEOUT_MAX	86400

struct verb {
	const char *name;
	enum status (*run)(const struct options *options, char **argument, int arguments);
	int least, most;	/* arguments */
	const char *options;	/* the letters of those that it has */
};

static const struct verb verbs[] = {
	{ "list", cmd_list, 0, 0, "j" },
	{ "status", cmd_status, 0, 1, "j" },
	{ "set", cmd_set, 1, 1, "NHAPvwftn" },
	{ "plan", cmd_plan, 0, ARGUMENTS, "NHAPvf" },
	{ "apply", cmd_apply, 0, ARGUMENTS, "ftnc" },
	{ "undo", cmd_undo, 1, 1, "ftn" },
	{ "wait", cmd_wait, 1, 1, "Nt" },
	{ "online", cmd_online, 2, ARGUMENTS, "t" },
	{ "offline", cmd_offline, 2, ARGUMENTS, "ft" },
	{ "explain", cmd_explain, 1, 1, "" },
	{ "monitor", cmd_monitor, 0, 0, "j" },
};

static const char usage_text[] =
"usage: sriovctl VERB [OPTION]... [ARGUMENT]...\n"
"\n"
"Show and configure SR-IOV.  A PF is given by its address, such as 0000:01:00.0 or\n"
"01:00.0, or by its network interface.  VFs are numbered from 0.\n"
"\n"
"  list                show all PFs, one a line\n"
"  status [PF]         show a PF, or all, with each VF and what it lacks\n"
"  set PF              make the PF and its VFs as given by the options below\n"
"  apply [PF|FILE]...  make PFs as the configuration in /etc/sriov wants them, or that\n"
"                      in the FILEs (which have a /), and wait as with --wait\n"
"  plan [PF|FILE]...   check, and print what set or, without settings, apply would do\n"
"  undo PF             make the PF as it was before set or apply changed it last\n"
"  online PF VFS...    bring single VFs back that were taken offline\n"
"  offline PF VFS...   remove single VFs, while the other VFs stay; both need a kernel\n"
"                      that has sriov_vf_offline\n"
"  explain PF          why the PF has no VFs, or what its VFs lack, and the remedy\n"
"  monitor             print events of PFs and VFs as they come, one a line\n"
"  wait PF             wait until the PF has VFs, and all of them are usable\n"
"\n"
"  -N, --numvfs N      of set, plan, wait: how many VFs the PF has\n"
"      --hw-numvfs N   how many VFs hardware is given, so that numvfs can change later\n"
"                      without removing all VFs (needs the kernel's sriov_hw_numvfs)\n"
"      --autoprobe yes|no       whether VFs are bound to drivers\n"
"      --parallel-probe yes|no  whether all at the same time\n"
"  -v, --vf VFS:NAME=VALUE[,NAME=VALUE]...\n"
"                      settings of VFs, such as 3 or 0-7; NAME is driver or msix, or\n"
"                      for networks mac, vlan, qos, trust, spoofchk or link\n"
"  -w, --wait          of set: return when the VFs are usable, or report those that\n"
"                      are not, and why\n"
"  -f, --force         also remove VFs that are in use\n"
"  -n, --only-check    of set, apply and undo: as plan\n"
"      --check         of apply: only check the files, not this machine\n"
"  -t, --timeout SECONDS  after which a verb gives up (default 60)\n"
"  -j, --json          of list, status and monitor: print JSON\n"
"  -r, --root DIR      use DIR/sys, DIR/etc, ... instead of /sys, /etc, ...\n"
"                      (or the environment variable SRIOVCTL_ROOT)\n"
"  -h, --help          print this text\n"
"\n"
"For instance:\n"
"  sriovctl set 01:00.0 --numvfs 8 --wait\n"
"  sriovctl set enp1s0f0 --numvfs 4 --vf 0-1:driver=vfio-pci --vf 0:vlan=100\n"
"  sriovctl plan 01:00.0 --numvfs 64\n"
"\n"
"Exit status: 0 done; 1 failed, nothing has changed; 2 wrong usage or\n"
"wrong configuration, nothing has changed; 3 a check refused,\n"
"nothing has changed; 4 VFs are missing or not usable, each is named; 5 the kernel had\n"
"not finished in time; 6 failed, and not everything could be restored.\n"
"See sriovctl(8).\n";

static enum status misused(const char *what, const char *which)
{
	fprintf(stderr, "sriovctl: %s%s; see sriovctl --help\n", what, which);
	return STATUS_USAGE;
}

static enum status wrong_value(const char *option, const char *why)
{
	fprintf(stderr, "sriovctl: --%s: %s\n", option, why);
	return STATUS_USAGE;
}

static bool seconds(const char *text, unsigned int *out)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	*out = value;
	return isdigit((unsigned char)*text) && !*end && value && value <= TIMEOUT_MAX;
}

static enum status set_pf(struct options *options, const char *name, const char *value)
{
	char why[WHY];

	options->wished = true;
	return setting_pf(&options->wish, NAMED_AS_OPTION, name, value, why) ? STATUS_DONE :
	       wrong_value(name, why);
}

static enum status take(struct options *options, int letter, char *value)
{
	char why[WHY];

	switch (letter) {
	case 'N': return set_pf(options, "numvfs", value);
	case 'H': return set_pf(options, "hw-numvfs", value);
	case 'A': return set_pf(options, "autoprobe", value);
	case 'P': return set_pf(options, "parallel-probe", value);
	case 'v':
		options->wished = true;
		return setting_vfs(&options->wish, value, why) ? STATUS_DONE :
			wrong_value("vf", why);
	case 'w':
		options->wait = true;
		return STATUS_DONE;
	case 'f':
		options->force = true;
		return STATUS_DONE;
	case 'n':
		options->only_check = true;
		return STATUS_DONE;
	case 'c':
		options->check = true;
		return STATUS_DONE;
	case 't':
		return seconds(value, &options->timeout) ? STATUS_DONE :
			misused("not a number of seconds: ", value);
	case 'j':
		options->json = true;
		return STATUS_DONE;
	case 'r':
		root_set(value);
		return STATUS_DONE;
	}
	return misused("wrong usage", "");	/* getopt has printed the option */
}

static const struct option longs[] = {
	{ "numvfs", required_argument, NULL, 'N' },
	{ "hw-numvfs", required_argument, NULL, 'H' },
	{ "autoprobe", required_argument, NULL, 'A' },
	{ "parallel-probe", required_argument, NULL, 'P' },
	{ "vf", required_argument, NULL, 'v' },
	{ "wait", no_argument, NULL, 'w' },
	{ "force", no_argument, NULL, 'f' },
	{ "only-check", no_argument, NULL, 'n' },
	{ "check", no_argument, NULL, 'c' },
	{ "timeout", required_argument, NULL, 't' },
	{ "json", no_argument, NULL, 'j' },
	{ "root", required_argument, NULL, 'r' },
	{ "help", no_argument, NULL, 'h' },
	{}
};

static const char *long_name(char letter)
{
	const struct option *option = longs;

	while (option->val != letter)
		option++;
	return option->name;
}

static const struct verb *find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

/* An option that the verb does not have is an error, not without effect. */
static enum status run(const struct options *options, const char *given, char **argument,
		       int arguments)
{
	const struct verb *verb = find(argument[0]);

	if (!verb)
		return misused("there is no verb ", argument[0]);
	for (; *given; given++) {
		if (strchr(verb->options, *given))
			continue;
		fprintf(stderr, "sriovctl: %s has no option --%s; see sriovctl --help\n",
			verb->name, long_name(*given));
		return STATUS_USAGE;
	}
	if (arguments - 1 < verb->least)
		return misused("an argument is missing after ", verb->name);
	if (arguments - 1 > verb->most)
		return misused("too many arguments after ", verb->name);
	return verb->run(options, argument + 1, arguments - 1);
}

/* Output that could not be written is a failure. */
static enum status written(enum status status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	perror("sriovctl: standard output");
	return status == STATUS_DONE ? STATUS_FAILED : status;
}

int main(int argc, char **argv)
{
	struct options options = { .timeout = TIMEOUT };
	char given[64] = "";
	enum status status;
	int letter;

	wish_init(&options.wish);
	if (getenv("SRIOVCTL_ROOT"))
		root_set(getenv("SRIOVCTL_ROOT"));
	while ((letter = getopt_long(argc, argv, "N:v:wfnt:jr:h", longs, NULL)) != -1) {
		if (letter == 'h') {
			fputs(usage_text, stdout);
			return written(STATUS_DONE);
		}
		status = take(&options, letter, optarg);
		if (status != STATUS_DONE) {
			wish_free(&options.wish);
			return status;
		}
		if (letter != 'r' && !strchr(given, letter))
			strncat(given, (char[]){ letter, '\0' }, 2);
	}
	if (optind == argc)
		return misused("no verb", "");
	status = run(&options, given, argv + optind, argc - optind);
	wish_free(&options.wish);
	return written(status);
}
