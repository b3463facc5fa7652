// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "klog.h"

int klog_count(const char *name, const char *text,
	       char *(*find)(const char *line, const char *text))
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	char line[2048];
	int found = 0;
	ssize_t len;

	if (fd < 0)
		return 0;

	for (;;) {
		len = read(fd, line, sizeof(line) - 1);
		if (len < 0 && errno == EPIPE)
			continue;
		if (len <= 0)
			break;
		line[len] = '\0';
		found += strstr(line, name) && find(line, text);
	}
	close(fd);
	return found;
}

bool klog_has(const char *name, const char *text,
	      char *(*find)(const char *line, const char *text))
{
	return klog_count(name, text, find) > 0;
}
