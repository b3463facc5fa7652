// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "environment.h"

unsigned int environment(const char *name, unsigned int otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 0) : otherwise;
}

int stress_seconds(int otherwise)
{
	const char *text = getenv("STRESS_SECONDS");

	return text && atoi(text) > 0 ? atoi(text) : otherwise;
}

time_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}
