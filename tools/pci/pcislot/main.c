// SPDX-License-Identifier: GPL-2.0-only
/*
 * pcislot - gives sets of PCI functions to a guest, each set as one multi-function
 * slot.  The command line; the verbs are in cmd_*.c.
 */
#include "cmd.h"
#include "root.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT		60	/* seconds */
#define TIMEOUT_MAX	86400

struct verb {
	const char *name;
	enum status (*run)(const struct options *options, char **set, int sets);
	int least, most;	/* arguments */
};

static const struct verb verbs[] = {
	{ "expand", cmd_expand, 1, BDF_DEVS },
	{ "plan", cmd_plan, 1, BDF_DEVS },
	{ "attach", cmd_attach, 1, 1 },
	{ "prepare", cmd_prepare, 1, 1 },
	{ "detach", cmd_detach, 0, BDF_DEVS },
	{ "list", cmd_list, 0, 0 },
};

static const char usage_text[] =
"usage: pcislot VERB [OPTION]... SET...\n"
"\n"
"Give PCI functions to a guest, each SET as one multi-function slot.\n"
"\n"
"  expand SET...       print the functions of each SET and their places; only \"*\"\n"
"                      and \"pf:\" need the hardware\n"
"  plan SET...         check whether the SETs are available, and print them\n"
"  attach SET          give the SET to a running guest, as one slot\n"
"  prepare SET         bind the SET to vfio-pci for a guest that is to be started\n"
"                      with it, and print it\n"
"  detach SLOT...      take slots from guests, and give their functions back to\n"
"                      their drivers; SLOT is a SET with all its functions, or @VSLOT\n"
"  detach --gone       the same for all guests that do not run\n"
"  list                show the functions that were given to guests\n"
"\n"
"  -m, --map MAP       least: the lowest free function, in the order given (default);\n"
"                      identity: the function number on the host; explicit: only\n"
"                      the numbers given by \"=\"\n"
"  -f, --format FORMAT of plan and prepare: table, qemu, libvirt, xl or json\n"
"  -q, --qmp SOCKET    the guest, by its QEMU's QMP socket\n"
"  -n, --only-check    with attach and prepare: check, and change nothing\n"
"  -t, --timeout SECONDS  how long to wait for the guest (default 60)\n"
"  -b, --bus BUS       the guest's bus: its name in QEMU, its number in libvirt\n"
"  -r, --root DIR      use DIR/sys, DIR/run, ... instead of /sys, /run, ...\n"
"                      (or the environment variable PCISLOT_ROOT)\n"
"  -h, --help          print this text\n"
"\n"
"SET is [SEG:]BUS:DEV.FUNCS[@VSLOT][,OPTION=VALUE]..., for instance\n"
"  01:00.0-2,5@07              functions 0, 1, 2 and 5, in the guest's slot 07\n"
"  01:00.*                     all functions of the device\n"
"  00:1d.0=0,1d.3=2@07         the second becomes function 2\n"
"  01:10.0,01:11.0,02:10.4@07  functions of several devices\n"
"  pf:0000:01:00.0/0-7@07      VFs 0 to 7 of a PF\n"
"\n"
"Exit status: 0 done; 1 failed, nothing has changed; 2 wrong usage or notation;\n"
"3 a check refused, nothing has changed; 4 the guest did not release the slot, or\n"
"not all of it; 5 something could not be restored, repeat detach to retry.\n"
"See pcislot(8).\n";

static enum status misused(const char *what, const char *which)
{
	fprintf(stderr, "pcislot: %s%s; see pcislot --help\n", what, which);
	return STATUS_USAGE;
}

static bool map_named(const char *name, enum mapping *map)
{
	static const char *const names[] = {
		[MAP_LEAST] = "least",
		[MAP_IDENTITY] = "identity",
		[MAP_EXPLICIT] = "explicit",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(name, names[i])) {
			*map = i;
			return true;
		}
	}
	return false;
}

static bool seconds(const char *text, unsigned int *out)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	*out = value;
	return isdigit((unsigned char)*text) && !*end && value && value <= TIMEOUT_MAX;
}

static enum status take(struct options *options, int letter, char *value)
{
	switch (letter) {
	case 'm':
		return map_named(value, &options->map) ? STATUS_DONE :
			misused("there is no map ", value);
	case 'f':
		options->format = format_find(value);
		return options->format ? STATUS_DONE :
			misused("there is no format ", value);
	case 'b':
		options->bus = options->bus_name;
		return bus_parse(value, options->bus_name) ? STATUS_DONE :
			misused("not the name of a bus in QEMU, nor a number as 10 or 0x0a: ",
				value);
	case 'q':
		options->qmp = value;
		return STATUS_DONE;
	case 't':
		return seconds(value, &options->timeout) ? STATUS_DONE :
			misused("not a number of seconds: ", value);
	case 'n':
		options->only_check = true;
		return STATUS_DONE;
	case 'g':
		options->gone = true;
		return STATUS_DONE;
	case 'r':
		root_set(value);
		return STATUS_DONE;
	}
	return misused("wrong usage", "");	/* getopt has printed the option */
}

static enum status run(const char *name, const struct options *options,
		       char **set, int sets)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(verbs[i].name, name))
			continue;
		if (sets < verbs[i].least)
			return misused("an argument is missing after ", name);
		if (sets > verbs[i].most)
			return misused("too many arguments after ", name);
		return verbs[i].run(options, set, sets);
	}
	return misused("there is no verb ", name);
}

/* Output that could not be written is a failure; a verb may have reported it already. */
static enum status written(enum status status)
{
	if ((!fflush(stdout) && !ferror(stdout)) || status != STATUS_DONE)
		return status;
	perror("pcislot: standard output");
	return STATUS_FAILED;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "map", required_argument, NULL, 'm' },
		{ "format", required_argument, NULL, 'f' },
		{ "bus", required_argument, NULL, 'b' },
		{ "qmp", required_argument, NULL, 'q' },
		{ "timeout", required_argument, NULL, 't' },
		{ "only-check", no_argument, NULL, 'n' },
		{ "gone", no_argument, NULL, 'g' },
		{ "root", required_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	struct options options = { .format = &format_table, .timeout = TIMEOUT };
	enum status status;
	int letter;

	if (getenv("PCISLOT_ROOT"))
		root_set(getenv("PCISLOT_ROOT"));
	while ((letter = getopt_long(argc, argv, "m:f:b:q:t:ngr:h", longs, NULL)) != -1) {
		if (letter == 'h') {
			fputs(usage_text, stdout);
			return written(STATUS_DONE);
		}
		status = take(&options, letter, optarg);
		if (status != STATUS_DONE)
			return status;
	}
	if (optind == argc)
		return misused("no verb", "");
	status = run(argv[optind], &options, argv + optind + 1, argc - optind - 1);
	return written(status);
}
