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
	const char *options;	/* those that it takes, by their letters */
};

static const struct verb verbs[] = {
	{ "expand", cmd_expand, 1, BDF_DEVS, "m" },
	{ "plan", cmd_plan, 1, BDF_DEVS, "mfbq" },
	{ "attach", cmd_attach, 1, 1, "mbqtn" },
	{ "prepare", cmd_prepare, 1, 1, "mfbqtn" },
	{ "detach", cmd_detach, 0, BDF_DEVS, "bqtgF" },
	{ "list", cmd_list, 0, 0, "fbq" },
};

static const struct option longs[] = {
	{ "map", required_argument, NULL, 'm' },
	{ "format", required_argument, NULL, 'f' },
	{ "bus", required_argument, NULL, 'b' },
	{ "qmp", required_argument, NULL, 'q' },
	{ "timeout", required_argument, NULL, 't' },
	{ "only-check", no_argument, NULL, 'n' },
	{ "gone", no_argument, NULL, 'g' },
	{ "force", no_argument, NULL, 'F' },
	{ "root", required_argument, NULL, 'r' },
	{ "help", no_argument, NULL, 'h' },
	{}
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
"  list                show the functions that were given to guests, or to the one\n"
"                      of --qmp\n"
"\n"
"  -m, --map MAP       least: the lowest free function, in the order given (default);\n"
"                      identity: the function number on the host; explicit: only\n"
"                      the numbers given by \"=\"\n"
"  -f, --format FORMAT of plan and prepare: table, qemu, libvirt, xl or json;\n"
"                      of list: table or json\n"
"  -q, --qmp SOCKET    the guest, by its QEMU's QMP socket\n"
"  -n, --only-check    with attach and prepare: check, and change nothing\n"
"  -F, --force         with detach: forget what cannot be given back\n"
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
	case 'F':
		options->force = true;
		return STATUS_DONE;
	case 'r':
		root_set(value);
		return STATUS_DONE;
	}
	return misused("wrong usage", "");	/* getopt has printed the option */
}

static enum status does_not_take(const struct verb *verb, char letter)
{
	const struct option *option = longs;

	while (option->val != letter)
		option++;
	fprintf(stderr, "pcislot: %s does not take --%s; see pcislot --help\n",
		verb->name, option->name);
	return STATUS_USAGE;
}

/* @given: the letters of the options, those apart that any verb takes */
static enum status run(const struct options *options, const char *given, char **arg,
		       int args)
{
	const char *surplus;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(verbs[i].name, arg[0]))
			continue;
		surplus = given + strspn(given, verbs[i].options);
		if (*surplus)
			return does_not_take(&verbs[i], *surplus);
		if (args - 1 < verbs[i].least)
			return misused("an argument is missing after ", arg[0]);
		if (args - 1 > verbs[i].most)
			return misused("too many arguments after ", arg[0]);
		return verbs[i].run(options, arg + 1, args - 1);
	}
	return misused("there is no verb ", arg[0]);
}

/* Output that could not be written is a failure; a verb may have reported it already. */
static enum status written(enum status status)
{
	if ((!fflush(stdout) && !ferror(stdout)) || status != STATUS_DONE)
		return status;
	perror("pcislot: standard output");
	return STATUS_FAILED;
}

/* The letter of an argument that is not an option, after "-" in getopt's string */
#define NO_OPTION	1

/*
 * parse - take the options from @argv, wherever they are, also if POSIXLY_CORRECT is set.
 * Moves the arguments to argv[1] and on, and adds the letters of the options that were
 * given to @given, those apart that any verb takes.
 */
static enum status parse(int argc, char **argv, struct options *options, int *args,
			 char given[ARRAY_SIZE(longs)])
{
	enum status status;
	int letter;

	*args = 0;
	while ((letter = getopt_long(argc, argv, "-m:f:b:q:t:ngFr:h", longs, NULL)) != -1) {
		if (letter == NO_OPTION) {
			argv[++*args] = optarg;
			continue;
		}
		status = letter == 'h' ? STATUS_DONE : take(options, letter, optarg);
		if (status != STATUS_DONE)
			return status;
		if (letter != 'r' && !strchr(given, letter))
			given[strlen(given)] = letter;
	}
	while (optind < argc)	/* after "--" */
		argv[++*args] = argv[optind++];
	return STATUS_DONE;
}

int main(int argc, char **argv)
{
	struct options options = { .format = &format_table, .timeout = TIMEOUT };
	char given[ARRAY_SIZE(longs)] = "";
	enum status status;
	int args;

	if (getenv("PCISLOT_ROOT"))
		root_set(getenv("PCISLOT_ROOT"));
	status = parse(argc, argv, &options, &args, given);
	if (status == STATUS_DONE && strchr(given, 'h'))
		fputs(usage_text, stdout);
	else if (status == STATUS_DONE && !args)
		status = misused("no verb", "");
	else if (status == STATUS_DONE)
		status = run(&options, given, argv + 1, args);
	return written(status);
}
