// SPDX-License-Identifier: GPL-2.0-only
#include <sys/mount.h>
#include <unistd.h>

#include "core.h"

#define TRACEFS	"/sys/kernel/tracing"

bool core_is_new(void)
{
	if (access(TRACEFS "/events", F_OK))
		mount("tracefs", TRACEFS, "tracefs", 0, NULL);

	return !access(TRACEFS "/events/sriov", F_OK);
}
