// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into pcislot.  Does what the kernel does on a write to bind, unbind or
 * driver_override, on a tree that "plant" created.  A file of /dev that has another one
 * with ".busy" beside it is in use, so it cannot be opened.
 *
 *	FAKE_FAIL=N	the Nth write of the program fails
 *	FAKE_KILL=N	the program is killed right after its Nth write
 *	FAKE_COUNT=FILE	write the number of writes to FILE at the end
 *
 * Writes to the standard streams are not counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOT_OURS	1

/* Of the program and the processes that it forks */
static struct common {
	long writes;
	pid_t program;
} *common;

__attribute__((constructor))
static void begin(void)
{
	common = mmap(NULL, sizeof(*common), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (common == MAP_FAILED)
		abort();
	common->program = getpid();
}

__attribute__((destructor))
static void tell(void)
{
	const char *name = getenv("FAKE_COUNT");
	FILE *file = name ? fopen(name, "w") : NULL;

	if (!file)
		return;
	fprintf(file, "%ld\n", common->writes);
	fclose(file);
}

static bool is_the(const char *variable)
{
	const char *text = getenv(variable);

	return text && atol(text) == common->writes;
}

/* The tree's function directory that holds "driver", of the function @name */
static void function_path(char *path, const char *file, const char *name,
			  const char *attribute)
{
	const char *sys = strstr(file, "/sys/bus/pci/");

	snprintf(path, PATH_MAX, "%.*s/sys/bus/pci/devices/%s/%s",
		 (int)(sys - file), file, name, attribute);
}

static void parent(const char *path, char *name)
{
	const char *end = strrchr(path, '/'), *begin = end;

	while (begin[-1] != '/')
		begin--;
	snprintf(name, NAME_MAX, "%.*s", (int)(end - begin), begin);
}

/*
 * A driver refuses the functions that its file "refuses" lists, and does not release those
 * that "hangs" lists.
 */
static bool listed(const char *file, const char *which, const char *name)
{
	char path[PATH_MAX], line[64] = "";
	FILE *list;
	bool found = false;

	snprintf(path, sizeof(path), "%.*s%s",
		 (int)(strrchr(file, '/') + 1 - file), file, which);
	list = fopen(path, "r");
	if (!list)
		return false;
	while (!found && fgets(line, sizeof(line), list))
		found = !strncmp(line, name, strlen(name));
	fclose(list);
	return found;
}

static int bind_to(const char *file, const char *name)
{
	char path[PATH_MAX], target[PATH_MAX], driver[NAME_MAX], wanted[64] = "";
	FILE *override;

	parent(file, driver);
	function_path(path, file, name, "driver_override");
	override = fopen(path, "r");
	if (!override)
		return -ENODEV;
	if (fgets(wanted, sizeof(wanted), override))
		wanted[strcspn(wanted, "\n")] = '\0';
	fclose(override);
	if (strcmp(wanted, driver) && strcmp(wanted, "(null)"))
		return -ENODEV;
	if (listed(file, "refuses", name))
		return -EINVAL;
	function_path(path, file, name, "driver");
	snprintf(target, sizeof(target), "../../../bus/pci/drivers/%s", driver);
	return symlink(target, path) ? -EBUSY : 0;
}

static int unbind_from(const char *file, const char *name)
{
	char path[PATH_MAX];

	while (listed(file, "hangs", name))
		usleep(10000);
	function_path(path, file, name, "driver");
	return unlink(path) ? -ENODEV : 0;
}

static int override(int fd, const char *text)
{
	if (!strcmp(text, "\n"))
		text = "(null)";
	if (ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET))
		return -EIO;
	return dprintf(fd, "%s\n", text) < 0 ? -EIO : 0;
}

/* act - returns 0, a negative errno, or NOT_OURS if the file is not in sysfs */
static int act(int fd, const char *text)
{
	char link[64], file[PATH_MAX];
	const char *name;
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, file, sizeof(file) - 1);
	if (length < 0)
		return NOT_OURS;
	file[length] = '\0';
	name = strrchr(file, '/');
	if (!name || !strstr(file, "/sys/"))
		return NOT_OURS;
	if (!strcmp(name, "/bind"))
		return bind_to(file, text);
	if (!strcmp(name, "/unbind"))
		return unbind_from(file, text);
	if (!strcmp(name, "/driver_override"))
		return override(fd, text);
	return NOT_OURS;
}

static ssize_t counted(int fd, const void *data, size_t size)
{
	char text[256];
	int result;

	common->writes++;
	if (is_the("FAKE_FAIL")) {
		errno = EIO;
		return -1;
	}
	snprintf(text, sizeof(text), "%.*s", (int)size, (const char *)data);
	result = act(fd, text);
	if (result == NOT_OURS)
		return syscall(SYS_write, fd, data, size);
	errno = -result;
	return result ? -1 : (ssize_t)size;
}

static void die_now(void)
{
	if (!is_the("FAKE_KILL"))
		return;
	kill(common->program, SIGKILL);
	kill(getpid(), SIGKILL);
}

static bool in_use(const char *path)
{
	char busy[PATH_MAX];

	snprintf(busy, sizeof(busy), "%s.busy", path);
	return strstr(path, "/dev/") && !access(busy, F_OK);
}

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	if (flags & O_CREAT) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	if (in_use(path)) {
		errno = EBUSY;
		return -1;
	}
	return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

ssize_t write(int fd, const void *data, size_t size)
{
	ssize_t result;

	if (fd <= STDERR_FILENO)
		return syscall(SYS_write, fd, data, size);
	result = counted(fd, data, size);
	die_now();
	return result;
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
	ssize_t result = -1;

	common->writes++;
	errno = EPIPE;
	if (!is_the("FAKE_FAIL"))
		result = syscall(SYS_sendto, fd, data, size, flags, NULL, 0);
	die_now();
	return result;
}
