// SPDX-License-Identifier: GPL-2.0-only
#include "suspend.h"
#include "sysfs.h"

#define POWER	"/sys/power"

bool can_suspend(void)
{
	return sysfs_exists(POWER, "pm_test");
}

/* "devices" stops before the phase in which configuration space is restored. */
int suspend_and_resume(unsigned int seconds)
{
	int ret = sysfs_write_number("/sys/module/suspend/parameters",
				     "pm_test_delay", seconds);

	if (!ret)
		ret = sysfs_write(POWER, "pm_test", "platform");
	if (!ret)
		ret = sysfs_write(POWER, "state", "mem");
	sysfs_write(POWER, "pm_test", "none");
	return ret;
}
