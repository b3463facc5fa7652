// SPDX-License-Identifier: GPL-2.0-only
#include "root.h"

#include <stdio.h>
#include <string.h>

static const char *root = "";

void root_set(const char *dir)
{
	root = dir;
}

void root_vpath(char path[ROOT_PATH], const char *format, va_list args)
{
	int length = snprintf(path, ROOT_PATH, "%s", root);

	/* A path that is too long must not be truncated to another one. */
	if (length >= ROOT_PATH ||
	    vsnprintf(path + length, ROOT_PATH - length, format, args) >=
	    ROOT_PATH - length)
		path[0] = '\0';
}

void root_path(char path[ROOT_PATH], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	root_vpath(path, format, args);
	va_end(args);
}
