// SPDX-License-Identifier: GPL-2.0-only
/*
 * The name of a guest is the path of its socket.  The socket need not exist, before the
 * guest is started and after it has ended, and its name must be the same then: the
 * directory is resolved, and links in the last component are followed one by one.
 */
#include "cmd.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINKS_MAX	40	/* as in the kernel */

/* canonical - resolve the directory of @path, in place; its last component stays */
static bool canonical(char path[PATH_MAX])
{
	char whole[PATH_MAX], name[PATH_MAX], *end = strrchr(path, '/');
	int length;

	snprintf(name, sizeof(name), "%s", end ? end + 1 : path);
	if (end)
		end[1] = '\0';
	if (!realpath(end ? path : ".", whole))
		return false;
	length = snprintf(path, PATH_MAX, "%s/%s", whole[1] ? whole : "", name);
	errno = ENAMETOOLONG;
	return length < PATH_MAX;
}

/* follow - replace @path by the target of the link that it is; false if it is not one */
static bool follow(char path[PATH_MAX])
{
	char target[PATH_MAX], *end = strrchr(path, '/') + 1;
	ssize_t length = readlink(path, target, sizeof(target) - 1);

	if (length <= 0)
		return false;
	target[length] = '\0';
	if (*target == '/')
		end = path;
	return snprintf(end, PATH_MAX - (end - path), "%s", target) <
	       PATH_MAX - (end - path);
}

int cmd_socket(const char *given, char path[STATE_SOCKET], struct err *err)
{
	char whole[PATH_MAX];
	bool resolved;
	int links = 0;

	if (snprintf(whole, sizeof(whole), "%s", given) >= PATH_MAX)
		return err_set(err, STATUS_USAGE, "%s: too long for a socket", given);
	do {
		resolved = canonical(whole);
	} while (resolved && follow(whole) && ++links < LINKS_MAX);
	if (links == LINKS_MAX)
		errno = ELOOP;
	if (!resolved || links == LINKS_MAX)
		return err_set(err, STATUS_FAILED, "%s: %s", given, strerror(errno));
	if (snprintf(path, STATE_SOCKET, "%s", whole) >= STATE_SOCKET)
		return err_set(err, STATUS_USAGE, "%s: too long for a socket", given);
	return 0;
}
