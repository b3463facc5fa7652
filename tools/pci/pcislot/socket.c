// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *absolute(const char *given)
{
	char here[PATH_MAX], *path;

	if (*given == '/')
		return strdup(given);
	if (!getcwd(here, sizeof(here)) || asprintf(&path, "%s/%s", here, given) < 0)
		return NULL;
	return path;
}

int cmd_socket(const char *given, char path[STATE_SOCKET], struct err *err)
{
	char *whole = realpath(given, NULL);
	int length;

	/* realpath() fails for a socket that was removed */
	if (!whole)
		whole = absolute(given);
	if (!whole)
		return err_set(err, STATUS_FAILED, "%s: %s", given, strerror(errno));
	length = snprintf(path, STATE_SOCKET, "%s", whole);
	free(whole);
	if (length >= STATE_SOCKET)
		return err_set(err, STATUS_USAGE, "%s: too long for a socket", given);
	return 0;
}
