// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fail_nth.h"
#include "sysfs.h"

#define FAILSLAB	"/sys/kernel/debug/failslab"
#define FAIL_NTH	"/proc/thread-self/fail-nth"

bool fail_nth_on(void)
{
	return !access(FAIL_NTH, W_OK) &&
	       !sysfs_write(FAILSLAB, "ignore-gfp-wait", "N") &&
	       !sysfs_write(FAILSLAB, "verbose", "0");
}

void fail_nth_off(void)
{
	sysfs_write(FAILSLAB, "ignore-gfp-wait", "Y");
}

int fail_nth_begin(int n)
{
	int file = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	char number[16];
	int len;

	if (file < 0)
		return -errno;
	len = snprintf(number, sizeof(number), "%d", n);
	if (write(file, number, len) == len)
		return file;
	close(file);
	return -EIO;
}

/* The file has how many allocations are left until one fails. */
bool fail_nth_end(int file)
{
	char left[16] = "";
	bool failed;

	failed = pread(file, left, sizeof(left) - 1, 0) > 0 && atoi(left) == 0;
	if (pwrite(file, "0", 1, 0) != 1)
		failed = false;
	close(file);
	return failed;
}
