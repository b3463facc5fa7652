// SPDX-License-Identifier: GPL-2.0-only
#include "kmsg.h"
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEVELS	7	/* the priority is facility * 8 + level */
#define WARNING	4	/* KERN_WARNING; lower ones are more severe */
#define RECORD	8192	/* CONSOLE_EXT_LOG_MAX of the kernel */

void kmsg_open(struct kmsg *kmsg)
{
	char path[ROOT_PATH];

	root_path(path, "/dev/kmsg");
	*kmsg = (struct kmsg){ .fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) };
	if (kmsg->fd >= 0)
		lseek(kmsg->fd, 0, SEEK_END);
}

void kmsg_close(struct kmsg *kmsg)
{
	if (kmsg->fd >= 0)
		close(kmsg->fd);
	names_free(&kmsg->failures);
	names_free(&kmsg->warnings);
}

/*
 * A line is "priority,sequence,time,flags;text".  The text was "DRIVER: probe of ADDRESS
 * failed with error -5" before 6.8, and is "DRIVER ADDRESS: probe with driver DRIVER
 * failed with error -5".
 */
static void take(struct kmsg *kmsg, char *line)
{
	char *text = strchr(line, ';');

	if (text && (strtoul(line, NULL, 10) & LEVELS) <= WARNING)
		names_add(&kmsg->warnings, text + 1);
	if (text && strstr(text, "probe ") && strstr(text, " failed with error "))
		names_add(&kmsg->failures, text + 1);
}

static void read_new(struct kmsg *kmsg)
{
	char record[RECORD + 1], *line, *save;
	ssize_t length;

	/* Each read returns one record.  EPIPE: records were overwritten. */
	while (kmsg->fd >= 0) {
		length = read(kmsg->fd, record, RECORD);
		if (length < 0 && errno == EPIPE)
			continue;
		if (length <= 0)
			return;
		record[length] = '\0';
		for (line = strtok_r(record, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			take(kmsg, line);
	}
}

static const char *last(const struct names *messages, const struct bdf *bdf)
{
	char text[BDF_TEXT];
	size_t i;

	bdf_text(bdf, text);
	for (i = messages->count; i--;)
		if (strstr(messages->name[i], text))
			return messages->name[i];
	return NULL;
}

const char *kmsg_failure(struct kmsg *kmsg, const struct bdf *bdf)
{
	read_new(kmsg);
	return last(&kmsg->failures, bdf);
}

const char *kmsg_warning(struct kmsg *kmsg, const struct bdf *bdf)
{
	read_new(kmsg);
	return last(&kmsg->warnings, bdf);
}
