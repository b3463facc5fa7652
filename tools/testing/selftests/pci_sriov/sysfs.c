// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sysfs.h"

static void sysfs_path(char *path, const char *dir, const char *name)
{
	snprintf(path, SYSFS_PATH_LEN, "%s/%s", dir, name);
}

bool sysfs_exists(const char *dir, const char *name)
{
	char path[SYSFS_PATH_LEN];
	struct stat st;

	sysfs_path(path, dir, name);
	return !lstat(path, &st);
}

int sysfs_read(const char *dir, const char *name, char *buf, size_t size)
{
	char path[SYSFS_PATH_LEN];
	ssize_t len;
	int err;
	int fd;

	sysfs_path(path, dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;

	len = read(fd, buf, size - 1);
	err = -errno;
	close(fd);
	if (len < 0)
		return err;

	if (len && buf[len - 1] == '\n')
		len--;
	buf[len] = '\0';
	return len;
}

static long long read_number(const char *dir, const char *name, int base)
{
	char buf[64];
	char *end;
	long long number;
	int ret;

	ret = sysfs_read(dir, name, buf, sizeof(buf));
	if (ret < 0)
		return ret;

	number = strtoll(buf, &end, base);
	return end == buf || *end ? -EINVAL : number;
}

long long sysfs_read_number(const char *dir, const char *name)
{
	return read_number(dir, name, 0);
}

long long sysfs_read_hex(const char *dir, const char *name)
{
	return read_number(dir, name, 16);
}

int sysfs_write_bytes(const char *dir, const char *name, const void *buf,
		      size_t len)
{
	char path[SYSFS_PATH_LEN];
	int err = 0;
	int fd;

	sysfs_path(path, dir, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;

	if (write(fd, buf, len) < 0)
		err = -errno;
	close(fd);
	return err;
}

int sysfs_write(const char *dir, const char *name, const char *text)
{
	return sysfs_write_bytes(dir, name, text, strlen(text));
}

int sysfs_write_number(const char *dir, const char *name, long long number)
{
	char buf[32];

	snprintf(buf, sizeof(buf), "%lld\n", number);
	return sysfs_write(dir, name, buf);
}

int sysfs_link(const char *dir, const char *name, char *buf, size_t size)
{
	char path[SYSFS_PATH_LEN];
	char target[SYSFS_PATH_LEN];
	const char *last;
	ssize_t len;

	sysfs_path(path, dir, name);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return -errno;

	target[len] = '\0';
	last = strrchr(target, '/');
	return snprintf(buf, size, "%s", last ? last + 1 : target);
}

ino_t sysfs_identity(const char *dir)
{
	struct stat st;

	return stat(dir, &st) ? 0 : st.st_ino;
}
