// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"
#include "sysfs.h"
#include "write.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FRAMES		6	/* of the kernel's stack, in a message */
#define STACK_TEXT	512

/* In the child: 0 or an errno */
static int write_whole(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

/* The streams must not stay open in a child that outlives sriovctl. */
static void detach(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), fd;

	setsid();
	for (fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
}

/* Returns the pid, or -1; @from is where the child's result can be read. */
static pid_t start(const char *path, const char *text, int *from)
{
	int ends[2], error;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		detach();
		error = write_whole(path, text);
		_exit(write(ends[1], &error, sizeof(error)) != sizeof(error));
	}
	close(ends[1]);
	*from = ends[0];
	if (pid < 0)
		close(ends[0]);
	return pid;
}

/* "function < its caller < ...", from lines such as "[<0>] function+0x1a/0x40" */
static void kernel_stack(pid_t pid, char out[STACK_TEXT])
{
	char *stack = file_read("/proc/%d/stack", pid), *save = NULL, *line, name[64];
	int frames = 0, length = 0;

	out[0] = '\0';
	for (line = stack ? strtok_r(stack, "\n", &save) : NULL;
	     line && frames < FRAMES; line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%*s %63[^+]", name) != 1)
			continue;
		length += snprintf(out + length, STACK_TEXT - length, "%s%s",
				   frames++ ? " < " : "", name);
	}
	free(stack);
}

static int blocked(pid_t pid, const char *what, const struct deadline *deadline,
		   struct err *err)
{
	char stack[STACK_TEXT];
	const char *hint = "";

	kernel_stack(pid, stack);
	if (strstr(stack, "vfio"))
		hint = "; a program or guest must release a VF";
	return err_set(err, STATUS_BLOCKED,
		       "%s has not finished in %u s%s%s%s; process %d goes on with it",
		       what, deadline->seconds, *stack ? ": the kernel is in " : "", stack, hint,
		       pid);
}

static int finish(pid_t pid, int from, const char *what, const struct deadline *deadline,
		  struct err *err)
{
	struct pollfd ready = { .fd = from, .events = POLLIN };
	int error = EIO, got;

	do
		got = poll(&ready, 1, deadline_left(deadline));
	while (got < 0 && errno == EINTR);
	if (!got)
		return blocked(pid, what, deadline, err);
	if (read(from, &error, sizeof(error)) != sizeof(error))
		error = EIO;	/* the child was killed */
	waitpid(pid, NULL, 0);
	if (!error)
		return 0;
	err_set(err, STATUS_FAILED, "%s: %s", what, strerror(error));
	err->error = error;
	return -1;
}

static int write_in_time(const char *path, const char *text, const char *what,
			 const struct deadline *deadline, struct err *err)
{
	int from, result;
	pid_t pid = start(path, text, &from);

	if (pid < 0)
		return err_set(err, STATUS_FAILED, "%s: %s", what, strerror(errno));
	result = finish(pid, from, what, deadline, err);
	close(from);
	return result;
}

int write_function(const struct bdf *bdf, const char *name, const char *text,
		   const struct deadline *deadline, struct err *err)
{
	char path[ROOT_PATH], address[BDF_TEXT], what[2 * SYSFS_TEXT];

	bdf_text(bdf, address);
	root_path(path, "/sys/bus/pci/devices/%s/%s", address, name);
	if (!strcmp(text, "\n"))
		snprintf(what, sizeof(what), "clearing %s of %s", name, address);
	else
		snprintf(what, sizeof(what), "writing %s to %s of %s", text, name,
			 address);
	return write_in_time(path, text, what, deadline, err);
}

int write_driver(const char *driver, const char *name, const struct bdf *bdf,
		 const struct deadline *deadline, struct err *err)
{
	char path[ROOT_PATH], address[BDF_TEXT], what[2 * SYSFS_TEXT];

	bdf_text(bdf, address);
	root_path(path, "/sys/bus/pci/drivers/%s/%s", driver, name);
	snprintf(what, sizeof(what), "writing %s to %s of driver %s", address, name, driver);
	return write_in_time(path, address, what, deadline, err);
}

int write_probe(const struct bdf *bdf, const struct deadline *deadline, struct err *err)
{
	char path[ROOT_PATH], address[BDF_TEXT], what[SYSFS_TEXT];

	bdf_text(bdf, address);
	root_path(path, "/sys/bus/pci/drivers_probe");
	snprintf(what, sizeof(what), "looking for a driver for %s", address);
	return write_in_time(path, address, what, deadline, err);
}
