// SPDX-License-Identifier: GPL-2.0-only
#include "interrupt.h"
#include "patient.h"
#include "qmp.h"
#include "root.h"
#include "sysfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static void lock_path(char path[ROOT_PATH], const struct bdf *bdf)
{
	char text[BDF_TEXT];

	root_path(path, "/run/pcislot/%s.binding", bdf_text(bdf, text));
}

/* try_lock - the locked file, or -1 and errno, which is EWOULDBLOCK if it is locked */
static int try_lock(const char *path, int flags)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | flags, 0600);
	int error;

	if (fd < 0 || !flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

bool patient_waits(const struct bdf *bdf)
{
	char path[ROOT_PATH];
	int fd;

	lock_path(path, bdf);
	fd = try_lock(path, 0);
	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == EWOULDBLOCK;
}

/* Only the lock and the pipe stay open: a claim must not last as long as this process. */
static void keep_only(int a, int b)
{
	int least = a < b ? a : b, most = a < b ? b : a;

	close_range(STDERR_FILENO + 1, least - 1, 0);
	close_range(least + 1, most - 1, 0);
	close_range(most + 1, UINT_MAX, 0);
}

/* ended - wait until the process has closed its end of the pipe; returns 0 or an errno */
static int ended(int pipe, unsigned int seconds)
{
	struct pollfd poll_fd = { .fd = pipe };
	long deadline = qmp_now() + seconds * 1000L, left;
	int error = ETIMEDOUT;

	do {
		left = deadline - qmp_now();
		if (interrupt_poll(&poll_fd, left > 0 ? left : 0) > 0)
			return 0;
		if (interrupt_seen())
			error = EINTR;
	} while (left > 0 && error == ETIMEDOUT);
	return error;
}

static int result_of(pid_t process, int pipe, unsigned int seconds)
{
	int status, error = ended(pipe, seconds);

	if (error)
		return error;
	if (waitpid(process, &status, 0) != process)
		return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}

int patient_write(const char *driver, const char *name, const struct bdf *bdf,
		  unsigned int seconds)
{
	int lock, ends[2], error;
	char path[ROOT_PATH];
	pid_t process;

	lock_path(path, bdf);
	lock = try_lock(path, O_CREAT);
	if (lock < 0)
		return errno == EWOULDBLOCK ? EALREADY : errno;
	if (pipe2(ends, O_CLOEXEC)) {
		error = errno;
		close(lock);
		return error;
	}
	process = fork();
	if (!process) {
		keep_only(lock, ends[1]);
		error = sysfs_write_driver(driver, name, bdf);
		unlink(path);
		_exit(error);
	}
	error = process < 0 ? errno : 0;
	close(lock);
	close(ends[1]);
	if (!error)
		error = result_of(process, ends[0], seconds);
	close(ends[0]);
	return error;
}
