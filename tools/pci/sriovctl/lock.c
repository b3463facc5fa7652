// SPDX-License-Identifier: GPL-2.0-only
#include "lock.h"
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STATE_DIR	"/run/sriovctl"

int lock_pf(const struct bdf *pf, const struct deadline *deadline, struct err *err)
{
	const struct timespec nap = { .tv_nsec = 50000000 };
	char path[ROOT_PATH], text[BDF_TEXT];
	int fd;

	root_path(path, STATE_DIR);
	if (mkdir(path, 0755) && errno != EEXIST)
		return err_set(err, STATUS_FAILED, "%s: %s", path, strerror(errno));
	root_path(path, STATE_DIR "/%s.lock", bdf_text(pf, text));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(err, STATUS_FAILED, "%s: %s", path, strerror(errno));
	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno == EWOULDBLOCK && deadline_left(deadline)) {
			nanosleep(&nap, NULL);
			continue;
		}
		close(fd);
		return err_set(err, STATUS_REFUSED, "another sriovctl changes %s", text);
	}
	return fd;
}
