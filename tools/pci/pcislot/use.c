// SPDX-License-Identifier: GPL-2.0-only
#include "root.h"
#include "sysfs.h"
#include "use.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INTERFACE_UP	1	/* IFF_UP of <net/if.h> */
#define DEEP_ENOUGH	16	/* directories open at once */

static char *found;		/* nftw() does not pass a pointer */

/* Where @path is net/NAME/flags, host0/.../block/NAME/dev, ...: "NAME" */
static const char *owner(const char *path, int base, char name[SYSFS_TEXT])
{
	const char *end = path + base - 1, *begin = end;

	while (begin > path && begin[-1] != '/')
		begin--;
	snprintf(name, SYSFS_TEXT, "%.*s", (int)(end - begin), begin);
	return name;
}

static bool read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	bool done = file && fgets(line, size, file);

	if (file)
		fclose(file);
	if (done)
		line[strcspn(line, "\n")] = '\0';
	return done;
}

static bool interface_up(const char *path, int base)
{
	char line[SYSFS_TEXT], name[SYSFS_TEXT];

	if (!strstr(path, "/net/") || !read_line(path, line, sizeof(line)) ||
	    !(strtoul(line, NULL, 0) & INTERFACE_UP))
		return false;
	snprintf(found, USE_TEXT, "its network interface %s is up",
		 owner(path, base, name));
	return true;
}

/*
 * mounted - whether a block device with these numbers, or of this name, is mounted, and
 * where.  A file system on several devices, as btrfs, has numbers of its own, and names
 * one of its devices.
 */
static bool mounted(const char *numbers, const char *disk, char where[SYSFS_TEXT])
{
	char path[ROOT_PATH], line[1024], dev[32], source[SYSFS_TEXT];
	const char *rest;
	bool is = false;
	FILE *file;

	root_path(path, "/proc/self/mountinfo");
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!is && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*s %*s %31s %*s %127s", dev, where) != 2)
			continue;
		rest = strstr(line, " - ");
		if (!rest || sscanf(rest, " - %*s /dev/%127s", source) != 1)
			*source = '\0';
		is = !strcmp(dev, numbers) || !strcmp(source, disk);
	}
	fclose(file);
	return is;
}

/* The kernel opens a disk exclusively for one user: a mount, swap, md, dm, ZFS ... */
static bool disk_busy(const char *disk)
{
	char path[ROOT_PATH];
	int fd;

	root_path(path, "/dev/%s", disk);
	fd = open(path, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == EBUSY;
}

static bool disk_in_use(const char *path, int base)
{
	char line[SYSFS_TEXT], name[SYSFS_TEXT], where[SYSFS_TEXT];

	if (!read_line(path, line, sizeof(line)))
		return false;
	owner(path, base, name);
	if (mounted(line, name, where))
		snprintf(found, USE_TEXT, "its disk %s is mounted at %s", name, where);
	else if (strstr(path, "/block/") || strstr(path, "/nvme"))
		return disk_busy(name) &&
		       snprintf(found, USE_TEXT, "its disk %s is in use", name) > 0;
	else
		return false;
	return true;
}

/* A disk's directory "holders" has a link to each md or dm device on it. */
static bool disk_held(const char *path, int base)
{
	char holders[SYSFS_TEXT];

	if (strcmp(owner(path, base, holders), "holders"))
		return false;
	snprintf(found, USE_TEXT, "one of its disks is part of %s", path + base);
	return true;
}

static int visit(const char *path, const struct stat *stat, int type,
		 struct FTW *where);

/*
 * With native multipath, an NVMe controller has only a hidden path, nvme0c1n2, to the
 * disk nvme0n2 of its subsystem.
 */
static int visit_multipath(const char *name)
{
	unsigned int subsystem, space;
	char path[ROOT_PATH];
	int end = 0;

	if (sscanf(name, "nvme%uc%*un%u%n", &subsystem, &space, &end) != 2 || name[end])
		return 0;
	root_path(path, "/sys/devices/virtual/nvme-subsystem/nvme-subsys%u/nvme%un%u",
		  subsystem, subsystem, space);
	return nftw(path, visit, DEEP_ENOUGH, FTW_PHYS) == 1;
}

static int visit(const char *path, const struct stat *stat, int type,
		 struct FTW *where)
{
	const char *name = path + where->base;

	(void)stat;
	if (type == FTW_D)
		return visit_multipath(name);
	if (type == FTW_SL)
		return disk_held(path, where->base);
	if (type != FTW_F)
		return 0;
	if (!strcmp(name, "flags"))
		return interface_up(path, where->base);
	if (!strcmp(name, "dev"))
		return disk_in_use(path, where->base);
	return 0;
}

/* A VFIO group can be opened only once, and not while one of its devices is open. */
static bool group_open(const struct bdf *bdf, char why[USE_TEXT])
{
	char path[ROOT_PATH], group[SYSFS_TEXT];
	int fd;

	if (!sysfs_link(bdf, "iommu_group", group))
		return false;
	root_path(path, "/dev/vfio/%s", group);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		return false;
	}
	if (errno != EBUSY)
		return false;
	snprintf(why, USE_TEXT, "another program has opened its VFIO group %s", group);
	return true;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && !strcmp(text + length - tail, end);
}

/* has_opened - whether the process @pid has a file open whose path ends with @end */
static bool has_opened(const char *pid, const char *end)
{
	char path[ROOT_PATH], target[ROOT_PATH];
	struct dirent *entry;
	bool has = false;
	DIR *dir;

	root_path(path, "/proc/%s/fd", pid);
	dir = opendir(path);
	while (dir && !has && (entry = readdir(dir))) {
		ssize_t length = readlinkat(dirfd(dir), entry->d_name, target,
					    sizeof(target) - 1);

		target[length > 0 ? length : 0] = '\0';
		has = ends_with(target, end);
	}
	if (dir)
		closedir(dir);
	return has;
}

/*
 * A VFIO device of its own, "vfio0", can be opened more than once, and there may be no
 * group to open, so look through the open files of all processes.  The path of the file
 * depends on the process's mount namespace, but not its end.
 */
static bool device_open(const struct bdf *bdf, char why[USE_TEXT])
{
	char path[ROOT_PATH], name[SYSFS_TEXT], end[SYSFS_TEXT + 16];
	struct dirent *entry;
	bool is = false;
	DIR *dir;

	if (!sysfs_child(bdf, "vfio-dev", name))
		return false;
	snprintf(end, sizeof(end), "vfio/devices/%s", name);
	root_path(path, "/proc");
	dir = opendir(path);
	while (dir && !is && (entry = readdir(dir))) {
		is = isdigit((unsigned char)*entry->d_name) &&
		     has_opened(entry->d_name, end);
		if (is)
			snprintf(why, USE_TEXT, "process %s has opened its VFIO device %s",
				 entry->d_name, name);
	}
	if (dir)
		closedir(dir);
	return is;
}

bool use_opened(const struct bdf *bdf, char why[USE_TEXT])
{
	return sysfs_vfio(bdf) && (group_open(bdf, why) || device_open(bdf, why));
}

/*
 * The directory "net" exists if the driver made a network interface, and shows those of
 * this network namespace.  One that was moved to another is in use there.
 */
static bool interface_moved(const struct bdf *bdf, char why[USE_TEXT])
{
	char name[SYSFS_TEXT];

	if (!sysfs_has(bdf, "net") || sysfs_child(bdf, "net", name))
		return false;
	snprintf(why, USE_TEXT,
		 "its network interface is in another network namespace, whose user must give it back first");
	return true;
}

bool use_of(const struct bdf *bdf, char why[USE_TEXT])
{
	long vfs = sysfs_number(bdf, "sriov_numvfs", 0);
	char path[ROOT_PATH], text[BDF_TEXT];

	if (vfs > 0) {
		snprintf(why, USE_TEXT, "it is a PF and has %ld VFs", vfs);
		return true;
	}
	if (use_opened(bdf, why) || interface_moved(bdf, why))
		return true;
	found = why;
	root_path(path, "/sys/bus/pci/devices/%s/.", bdf_text(bdf, text));
	return nftw(path, visit, DEEP_ENOUGH, FTW_PHYS) == 1;
}
