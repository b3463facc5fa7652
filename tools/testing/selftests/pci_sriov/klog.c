// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "klog.h"

bool klog_has(const char *name, const char *text,
	      char *(*find)(const char *line, const char *text))
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	char line[2048];
	bool found = false;
	ssize_t len;

	if (fd < 0)
		return false;

	while (!found) {
		len = read(fd, line, sizeof(line) - 1);
		if (len < 0 && errno == EPIPE)
			continue;
		if (len <= 0)
			break;
		line[len] = '\0';
		found = strstr(line, name) && find(line, text);
	}
	close(fd);
	return found;
}
