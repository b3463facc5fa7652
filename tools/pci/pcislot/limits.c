// SPDX-License-Identifier: GPL-2.0-only
#include "bus.h"
#include "cmd.h"

#include <string.h>

int cmd_limits(const struct options *options, struct limits *out, struct err *err)
{
	out->qmp[0] = '\0';
	out->bus = options->bus;
	return options->qmp ? cmd_socket(options->qmp, out->qmp, err) : 0;
}

bool cmd_within(const struct limits *limits, const struct holding *holding)
{
	return (!*limits->qmp || !strcmp(limits->qmp, holding->qmp)) &&
	       (!limits->bus || bus_equal(limits->bus, holding->bus));
}
