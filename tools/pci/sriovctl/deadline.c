// SPDX-License-Identifier: GPL-2.0-only
#include "deadline.h"

#include <time.h>

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

struct deadline deadline_in(unsigned int seconds)
{
	return (struct deadline){ seconds, now() + seconds * 1000LL };
}

int deadline_left(const struct deadline *deadline)
{
	long long left = deadline->at - now();

	return left > 0 ? left : 0;
}
