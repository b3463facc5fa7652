// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Whether the file lists this word, in brackets or not */
static bool power_offers(const char *name, const char *word)
{
	char line[256] = "", path[64], *save, *found;
	FILE *file;

	snprintf(path, sizeof(path), POWER "/%s", name);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	for (found = strtok_r(line, " []\n", &save); found;
	     found = strtok_r(NULL, " []\n", &save))
		if (!strcmp(found, word))
			return true;
	return false;
}

bool can_hibernate(void)
{
	return power_offers("state", "disk") && power_offers("disk", "test_resume");
}

int hibernate_and_resume(void)
{
	int ret;

	if (system("modprobe brd rd_nr=1 rd_size=524288") ||
	    system("mkswap /dev/ram0 >/dev/null && swapon /dev/ram0"))
		return -ENODEV;

	ret = sysfs_write(POWER, "disk", "test_resume");
	if (!ret)
		ret = sysfs_write(POWER, "state", "disk");
	if (system("swapoff /dev/ram0 && rmmod brd") && !ret)
		ret = -EBUSY;
	return ret;
}
