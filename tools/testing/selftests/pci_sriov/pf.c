// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/sriov_edu_regs.h>

#include "pf.h"

void pci_fn_init(struct pci_fn *fn, const char *name)
{
	snprintf(fn->name, sizeof(fn->name), "%.*s", PCI_NAME_LEN - 1, name);
	snprintf(fn->dir, sizeof(fn->dir), "%s/%s", PCI_DEVICES, fn->name);
}

bool pci_fn_exists(const struct pci_fn *fn)
{
	return sysfs_exists(PCI_DEVICES, fn->name);
}

void pci_fn_driver(const struct pci_fn *fn, char *driver, size_t size)
{
	if (sysfs_link(fn->dir, "driver", driver, size) < 0)
		driver[0] = '\0';
}

int pci_fn_bind(const struct pci_fn *fn, const char *driver)
{
	char dir[SYSFS_PATH_LEN];

	snprintf(dir, sizeof(dir), "%s/%s", PCI_DRIVERS, driver);
	return sysfs_write(dir, "bind", fn->name);
}

int pci_fn_unbind(const struct pci_fn *fn)
{
	return sysfs_write(fn->dir, "driver/unbind", fn->name);
}

int pci_fn_reset(const struct pci_fn *fn)
{
	return sysfs_write(fn->dir, "reset", "1");
}

int pci_fn_routing_id(const struct pci_fn *fn, unsigned int *domain)
{
	unsigned int bus, slot, function;

	if (sscanf(fn->name, "%x:%x:%x.%x", domain, &bus, &slot, &function) != 4)
		return -EINVAL;
	return bus << 8 | slot << 3 | function;
}

int pci_fn_port(const struct pci_fn *fn, struct pci_fn *port)
{
	char path[PATH_MAX];

	if (!realpath(fn->dir, path))
		return -errno;
	*strrchr(path, '/') = '\0';
	pci_fn_init(port, strrchr(path, '/') + 1);
	return pci_fn_exists(port) ? 0 : -ENOENT;
}

static enum pf_kind pf_kind(const struct pci_fn *pf)
{
	bool edu = sysfs_read_number(pf->dir, "vendor") == SRIOV_EDU_VENDOR_ID &&
		   sysfs_read_number(pf->dir, "device") == SRIOV_EDU_PF_DEVICE_ID;

	return edu ? PF_SRIOV_EDU : PF_FOREIGN;
}

static bool pf_is_any(const struct pci_fn *pf, enum pf_kind kind)
{
	return pf_total_vfs(pf) > 0 && pf_kind(pf) == kind;
}

static bool pf_is_usable(const struct pci_fn *pf, enum pf_kind kind)
{
	const char *list = getenv("PCI_SRIOV_PFS");

	return pf_is_any(pf, kind) && sysfs_exists(pf->dir, "driver") &&
	       (!list || strstr(list, pf->name));
}

static int find(bool (*is)(const struct pci_fn *pf, enum pf_kind kind),
		enum pf_kind kind, int index, struct pci_fn *pf)
{
	struct dirent **entries;
	int found = -ENODEV;
	int count;
	int i;

	count = scandir(PCI_DEVICES, &entries, NULL, alphasort);
	if (count < 0)
		return -errno;

	for (i = 0; i < count; i++) {
		if (found && entries[i]->d_name[0] != '.') {
			pci_fn_init(pf, entries[i]->d_name);
			if (is(pf, kind) && !index--)
				found = 0;
		}
		free(entries[i]);
	}
	free(entries);
	return found;
}

int pf_find_any(enum pf_kind kind, int index, struct pci_fn *pf)
{
	return find(pf_is_any, kind, index, pf);
}

int pf_find(enum pf_kind kind, int index, struct pci_fn *pf)
{
	return find(pf_is_usable, kind, index, pf);
}

int pf_total_vfs(const struct pci_fn *pf)
{
	return sysfs_read_number(pf->dir, "sriov_totalvfs");
}

int pf_num_vfs(const struct pci_fn *pf)
{
	return sysfs_read_number(pf->dir, "sriov_numvfs");
}

int pf_set_num_vfs(const struct pci_fn *pf, int num_vfs)
{
	return sysfs_write_number(pf->dir, "sriov_numvfs", num_vfs);
}

int pf_want_num_vfs(const struct pci_fn *pf, int num_vfs)
{
	int ret;

	if (pf_num_vfs(pf) == num_vfs)
		return 0;

	ret = pf_set_num_vfs(pf, 0);
	if (ret)
		return ret;

	return num_vfs ? pf_set_num_vfs(pf, num_vfs) : 0;
}

int pf_vf(const struct pci_fn *pf, int vf_id, struct pci_fn *vf)
{
	long long offset = sysfs_read_number(pf->dir, "sriov_offset");
	long long stride = sysfs_read_number(pf->dir, "sriov_stride");
	char name[PCI_NAME_LEN];
	unsigned int domain;
	int rid;

	if (offset < 0 || stride < 0)
		return -ENOENT;
	rid = pci_fn_routing_id(pf, &domain);
	if (rid < 0)
		return rid;

	rid += offset + stride * vf_id;
	snprintf(name, sizeof(name), "%04x:%02x:%02x.%x", domain & 0xffff,
		 rid >> 8 & 0xff, rid >> 3 & 0x1f, rid & 7);
	pci_fn_init(vf, name);
	return 0;
}

int pf_count_links(const struct pci_fn *pf)
{
	struct dirent *entry;
	int count = 0;
	DIR *dir;

	dir = opendir(pf->dir);
	if (!dir)
		return -errno;

	while ((entry = readdir(dir)))
		if (!strncmp(entry->d_name, "virtfn", strlen("virtfn")))
			count++;
	closedir(dir);
	return count;
}
