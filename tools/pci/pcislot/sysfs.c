// SPDX-License-Identifier: GPL-2.0-only
#include "sysfs.h"
#include "root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* In config space, and in "class" without the programming interface */
#define HEADER_TYPE		0x0e
#define HEADER_TYPE_MASK	0x7f
#define CLASS_PCI_BRIDGE	0x0604
#define CLASS_CARDBUS		0x0607
#define CLASS_SEMI_TRANSPARENT	0x0609

static void function_path(char path[ROOT_PATH], const struct bdf *bdf,
			  const char *name)
{
	char text[BDF_TEXT];

	root_path(path, "/sys/bus/pci/devices/%s/%s", bdf_text(bdf, text), name);
}

bool sysfs_has(const struct bdf *bdf, const char *name)
{
	char path[ROOT_PATH];

	function_path(path, bdf, name);
	return !access(path, F_OK);
}

bool sysfs_exists(const struct bdf *bdf)
{
	return sysfs_has(bdf, "");
}

bool sysfs_read(const struct bdf *bdf, const char *name, char text[SYSFS_TEXT])
{
	char path[ROOT_PATH];
	ssize_t length;
	int fd;

	function_path(path, bdf, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	length = read(fd, text, SYSFS_TEXT - 1);
	close(fd);
	if (length < 0)
		return false;
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return true;
}

long sysfs_number(const struct bdf *bdf, const char *name, long otherwise)
{
	char text[SYSFS_TEXT];

	return sysfs_read(bdf, name, text) ? strtol(text, NULL, 0) : otherwise;
}

static bool link_end(const char *path, char text[SYSFS_TEXT])
{
	char target[ROOT_PATH];
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	const char *end;

	if (length <= 0)
		return false;
	target[length] = '\0';
	end = strrchr(target, '/');
	return snprintf(text, SYSFS_TEXT, "%s", end ? end + 1 : target) < SYSFS_TEXT;
}

bool sysfs_link(const struct bdf *bdf, const char *name, char text[SYSFS_TEXT])
{
	char path[ROOT_PATH];

	function_path(path, bdf, name);
	return link_end(path, text);
}

bool sysfs_driver(const struct bdf *bdf, char text[SYSFS_TEXT])
{
	return sysfs_link(bdf, "driver", text);
}

/* Linux has "vfio-dev" from 6.1 on. */
bool sysfs_vfio(const struct bdf *bdf)
{
	char driver[SYSFS_TEXT];

	return sysfs_driver(bdf, driver) &&
	       (strstr(driver, "vfio") || sysfs_has(bdf, "vfio-dev"));
}

bool sysfs_child(const struct bdf *bdf, const char *name, char text[SYSFS_TEXT])
{
	char path[ROOT_PATH];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	function_path(path, bdf, name);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir)))
		found = entry->d_name[0] != '.' &&
			snprintf(text, SYSFS_TEXT, "%s", entry->d_name) < SYSFS_TEXT;
	if (dir)
		closedir(dir);
	return found;
}

bool sysfs_vf(const struct bdf *pf, unsigned int vf, struct bdf *out)
{
	char name[32], text[SYSFS_TEXT];

	snprintf(name, sizeof(name), "virtfn%u", vf);
	return sysfs_link(pf, name, text) && bdf_parse(text, out);
}

bool sysfs_pf(const struct bdf *bdf, struct bdf *pf, unsigned int *vf)
{
	char text[SYSFS_TEXT];
	struct bdf other;
	long count;

	if (!sysfs_link(bdf, "physfn", text) || !bdf_parse(text, pf))
		return false;
	count = sysfs_number(pf, "sriov_numvfs", 0);
	for (*vf = 0; *vf < count; (*vf)++)
		if (sysfs_vf(pf, *vf, &other) && bdf_equal(bdf, &other))
			return true;
	return false;
}

bool sysfs_driver_exists(const char *driver)
{
	char path[ROOT_PATH];

	root_path(path, "/sys/bus/pci/drivers/%s/bind", driver);
	return !access(path, F_OK);
}

bool sysfs_driver_of(const char *module, char driver[SYSFS_TEXT])
{
	char path[ROOT_PATH];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	root_path(path, "/sys/module/%s/drivers", module);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir)))
		found = !strncmp(entry->d_name, "pci:", 4) &&
			snprintf(driver, SYSFS_TEXT, "%s", entry->d_name + 4) < SYSFS_TEXT;
	if (dir)
		closedir(dir);
	return found;
}

unsigned long sysfs_node(const struct bdf *bdf)
{
	char path[ROOT_PATH];
	struct stat stat_of;

	function_path(path, bdf, ".");
	return stat(path, &stat_of) ? 0 : stat_of.st_ino;
}

/* An attribute is written by one call, which returns the kernel's error. */
static int write_whole(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int result = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		result = errno;
	close(fd);
	return result;
}

int sysfs_write(const struct bdf *bdf, const char *name, const char *text)
{
	char path[ROOT_PATH];

	function_path(path, bdf, name);
	return write_whole(path, text);
}

int sysfs_write_driver(const char *driver, const char *name,
		       const struct bdf *bdf)
{
	char path[ROOT_PATH], text[BDF_TEXT];

	root_path(path, "/sys/bus/pci/drivers/%s/%s", driver, name);
	return write_whole(path, bdf_text(bdf, text));
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void each_in(const char *path, void (*each)(const struct bdf *member, void *data),
		    void *data)
{
	struct dirent **entry;
	struct bdf member;
	int i, count;

	count = scandir(path, &entry, not_hidden, alphasort);
	for (i = 0; i < count; i++) {
		if (bdf_parse(entry[i]->d_name, &member))
			each(&member, data);
		free(entry[i]);
	}
	if (count >= 0)
		free(entry);
}

void sysfs_group(const struct bdf *bdf,
		 void (*each)(const struct bdf *member, void *data), void *data)
{
	char path[ROOT_PATH];

	function_path(path, bdf, "iommu_group/devices");
	each_in(path, each, data);
}

struct on_bus {
	const struct bdf *bdf;
	void (*each)(const struct bdf *member, void *data);
	void *data;
};

static void if_on_bus(const struct bdf *member, void *data)
{
	const struct on_bus *on_bus = data;

	if (member->segment == on_bus->bdf->segment && member->bus == on_bus->bdf->bus)
		on_bus->each(member, on_bus->data);
}

void sysfs_bus(const struct bdf *bdf,
	       void (*each)(const struct bdf *member, void *data), void *data)
{
	struct on_bus on_bus = { .bdf = bdf, .each = each, .data = data };
	char path[ROOT_PATH];

	root_path(path, "/sys/bus/pci/devices");
	each_in(path, if_on_bus, &on_bus);
}

bool sysfs_is_bridge(const struct bdf *bdf)
{
	unsigned char header[HEADER_TYPE + 1];
	char path[ROOT_PATH];
	long class;
	FILE *file;
	size_t got;

	function_path(path, bdf, "config");
	file = fopen(path, "re");
	got = file ? fread(header, 1, sizeof(header), file) : 0;
	if (file)
		fclose(file);
	if (got == sizeof(header))
		return (header[HEADER_TYPE] & HEADER_TYPE_MASK) != 0;
	class = sysfs_number(bdf, "class", 0) >> 8;
	return class == CLASS_PCI_BRIDGE || class == CLASS_CARDBUS ||
	       class == CLASS_SEMI_TRANSPARENT;
}

bool sysfs_is_on_root_bus(const struct bdf *bdf)
{
	char path[ROOT_PATH], target[ROOT_PATH], root[32], text[BDF_TEXT];
	ssize_t length;

	root_path(path, "/sys/bus/pci/devices/%s", bdf_text(bdf, text));
	length = readlink(path, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	snprintf(root, sizeof(root), "/pci%04x:%02x/", bdf->segment, bdf->bus);
	return strstr(target, root);
}
