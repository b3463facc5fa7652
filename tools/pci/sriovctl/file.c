// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK	4096	/* the most that an attribute in sysfs has */

static char *read_all(int fd)
{
	size_t size = 0;
	char *text = NULL, *more;
	ssize_t length;

	do {
		more = realloc(text, size + CHUNK + 1);
		if (!more)
			abort();
		text = more;
		length = read(fd, text + size, CHUNK);
		if (length > 0)
			size += length;
	} while (length > 0 || (length < 0 && errno == EINTR));
	if (length < 0) {
		free(text);
		return NULL;
	}
	text[size] = '\0';
	if (size && text[size - 1] == '\n')
		text[size - 1] = '\0';
	return text;
}

char *file_read(const char *format, ...)
{
	char path[ROOT_PATH], *text;
	va_list args;
	int fd;

	va_start(args, format);
	root_vpath(path, format, args);
	va_end(args);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	text = read_all(fd);
	close(fd);
	return text;
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

struct names file_names(const char *format, ...)
{
	struct names names = {};
	struct dirent **entry;
	char path[ROOT_PATH];
	va_list args;
	int i, count;

	va_start(args, format);
	root_vpath(path, format, args);
	va_end(args);
	/* "virtfn10" comes after "virtfn9" */
	count = scandir(path, &entry, not_hidden, versionsort);
	for (i = 0; i < count; i++) {
		names_add(&names, entry[i]->d_name);
		free(entry[i]);
	}
	if (count >= 0)
		free(entry);
	return names;
}

char *file_link(const char *format, ...)
{
	char path[ROOT_PATH], target[ROOT_PATH];
	const char *end;
	ssize_t length;
	va_list args;

	va_start(args, format);
	root_vpath(path, format, args);
	va_end(args);
	length = readlink(path, target, sizeof(target) - 1);
	if (length <= 0)
		return NULL;
	target[length] = '\0';
	end = strrchr(target, '/');
	return strdup(end ? end + 1 : target);
}

bool file_exists(const char *format, ...)
{
	char path[ROOT_PATH];
	va_list args;

	va_start(args, format);
	root_vpath(path, format, args);
	va_end(args);
	return !faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW);
}
