// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"
#include "holder.h"
#include "nodes.h"
#include "snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEVICES		"/sys/bus/pci/devices/"
#define ATTEMPTS	5	/* to read a PF that does not change meanwhile */

static bool parse(const char *text, struct bdf *bdf)
{
	char whole[BDF_TEXT];

	/* "01:00.0" is in segment 0. */
	return bdf_parse(text, bdf) ||
	       (snprintf(whole, sizeof(whole), "0000:%s", text) < BDF_TEXT &&
		bdf_parse(whole, bdf));
}

static bool of_interface(const char *name, struct bdf *bdf)
{
	char *address = strchr(name, '/') ? NULL :
			file_link("/sys/class/net/%s/device", name);
	bool found = address && bdf_parse(address, bdf);

	free(address);
	return found;
}

int pf_find(const char *text, struct bdf *bdf, struct err *err)
{
	char pf_text[BDF_TEXT];
	struct bdf pf;
	unsigned int vf;

	if (!parse(text, bdf) && !of_interface(text, bdf))
		return err_set(err, STATUS_USAGE,
			       "%s is neither the address of a PCI function nor its network interface",
			       text);
	if (!sysfs_exists(bdf))
		return err_set(err, STATUS_FAILED, "%s does not exist", text);
	if (sysfs_pf(bdf, &pf, &vf))
		return err_set(err, STATUS_USAGE, "%s is VF %u of %s; give the PF", text, vf,
			       bdf_text(&pf, pf_text));
	if (!sysfs_has(bdf, "sriov_totalvfs"))
		return err_set(err, STATUS_FAILED,
			       "%s has no SR-IOV capability that the kernel uses",
			       text);
	return 0;
}

struct bdf *pf_all(size_t *count)
{
	struct names names = file_names(DEVICES);
	struct bdf *all = calloc(names.count + 1, sizeof(*all));
	size_t i;

	if (!all)
		abort();
	*count = 0;
	for (i = 0; i < names.count; i++)
		if (bdf_parse(names.name[i], &all[*count]) &&
		    sysfs_has(&all[*count], "sriov_totalvfs"))
			(*count)++;
	names_free(&names);
	return all;
}

static void read_id(const struct bdf *bdf, const char *name, char id[16])
{
	char text[SYSFS_TEXT] = "";
	const char *digits = text;

	/* "0x1af4" or, of sriov_vf_device, "10f1" */
	if (sysfs_read(bdf, name, text) && !strncmp(text, "0x", 2))
		digits += 2;
	snprintf(id, 16, "%.15s", digits);
}

static void read_or_empty(const struct bdf *bdf, const char *name, char text[SYSFS_TEXT])
{
	if (!sysfs_read(bdf, name, text) || !strcmp(text, "(null)"))
		text[0] = '\0';
}

static void link_or_empty(const struct bdf *bdf, const char *name, char text[SYSFS_TEXT])
{
	if (!sysfs_link(bdf, name, text))
		text[0] = '\0';
}

/* list_has - whether a list such as "0,2-4" has a number */
static bool list_has(const char *list, unsigned long number)
{
	unsigned long first, last;
	char *end;

	while (*list >= '0' && *list <= '9') {
		first = strtoul(list, &end, 10);
		last = *end == '-' ? strtoul(end + 1, &end, 10) : first;
		if (first <= number && number <= last)
			return true;
		list = *end == ',' ? end + 1 : end;
	}
	return false;
}

static bool migrated_away(const struct bdf *pf, unsigned int id)
{
	char name[64], state[SYSFS_TEXT];

	snprintf(name, sizeof(name), "sriov_migration/vf%u_state", id);
	return sysfs_read(pf, name, state) && strncmp(state, "Active.", 7);
}

static void read_vf(const struct bdf *pf, unsigned int id, const char *offline, struct vf *vf)
{
	char text[BDF_TEXT];
	struct names irqs;

	vf->id = id;
	vf->present = sysfs_vf(pf, id, &vf->bdf) && sysfs_exists(&vf->bdf);
	vf->offline = !vf->present && offline && list_has(offline, id);
	vf->away = !vf->present && migrated_away(pf, id);
	if (!vf->present)
		return;
	link_or_empty(&vf->bdf, "driver", vf->driver);
	link_or_empty(&vf->bdf, "iommu_group", vf->group);
	read_or_empty(&vf->bdf, "driver_override", vf->override);
	nodes_read(&vf->bdf, &vf->net, &vf->nodes);
	irqs = file_names(DEVICES "%s/msi_irqs", bdf_text(&vf->bdf, text));
	vf->vectors = irqs.count;
	names_free(&irqs);
	holder_of(vf);
}

/* The links virtfnN as one text, in which any change shows */
static char *links(const struct bdf *bdf, unsigned int *vfs)
{
	char text[BDF_TEXT], *all;
	struct names names = file_names(DEVICES "%s", bdf_text(bdf, text));
	struct names found = {};
	unsigned int id;
	size_t i;

	*vfs = 0;
	for (i = 0; i < names.count; i++) {
		if (sscanf(names.name[i], "virtfn%u", &id) != 1)
			continue;
		names_add(&found, names.name[i]);
		if (id >= *vfs)
			*vfs = id + 1;
	}
	all = names_text(&found);
	names_free(&found);
	names_free(&names);
	return all;
}

static void read_pf(const struct bdf *bdf, struct pf *pf)
{
	pf->bdf = *bdf;
	read_id(bdf, "vendor", pf->vendor);
	read_id(bdf, "device", pf->device);
	read_id(bdf, "sriov_vf_device", pf->vf_device);
	link_or_empty(bdf, "driver", pf->driver);
	pf->total_vfs = sysfs_number(bdf, "sriov_totalvfs", 0);
	pf->num_vfs = sysfs_number(bdf, "sriov_numvfs", 0);
	pf->hw_num_vfs = sysfs_number(bdf, "sriov_hw_numvfs", ABSENT);
	pf->autoprobe = sysfs_number(bdf, "sriov_drivers_autoprobe", ABSENT);
	pf->parallel_probe = sysfs_number(bdf, "sriov_drivers_parallel_probe", ABSENT);
	pf->total_msix = sysfs_number(bdf, "sriov_vf_total_msix", ABSENT);
}

/* Returns whether nothing has changed meanwhile. */
static bool read_once(const struct bdf *bdf, struct pf *pf)
{
	char text[BDF_TEXT], *before, *after, *offline;
	struct names nodes = {};
	unsigned int id, vfs;
	bool same;

	before = links(bdf, &vfs);
	read_pf(bdf, pf);
	if (vfs < pf->num_vfs)
		vfs = pf->num_vfs;
	nodes_read(bdf, &pf->net, &nodes);
	names_free(&nodes);
	offline = file_read(DEVICES "%s/sriov_vf_offline", bdf_text(bdf, text));
	pf->vf = calloc(vfs + 1, sizeof(*pf->vf));
	if (!pf->vf)
		abort();
	pf->vfs = vfs;
	for (id = 0; id < vfs; id++)
		read_vf(bdf, id, offline, &pf->vf[id]);
	free(offline);
	after = links(bdf, &vfs);
	same = !strcmp(before, after) &&
	       sysfs_number(bdf, "sriov_numvfs", 0) == pf->num_vfs;
	free(before);
	free(after);
	return same;
}

int snapshot_read(const struct bdf *bdf, struct pf *pf, struct err *err)
{
	char text[BDF_TEXT];
	int i;

	memset(pf, 0, sizeof(*pf));
	holder_forget();
	for (i = 0; i < ATTEMPTS; i++) {
		snapshot_free(pf);
		pf->settling = !read_once(bdf, pf);
		if (!pf->settling)
			break;
	}
	if (sysfs_exists(bdf))
		return 0;
	return err_set(err, STATUS_FAILED, "%s does not exist any more",
		       bdf_text(bdf, text));
}

void snapshot_free(struct pf *pf)
{
	unsigned int i;

	for (i = 0; i < pf->vfs; i++) {
		names_free(&pf->vf[i].net);
		names_free(&pf->vf[i].nodes);
	}
	free(pf->vf);
	names_free(&pf->net);
	memset(pf, 0, sizeof(*pf));
}

const char *vf_missing(const struct pf *pf, const struct vf *vf)
{
	if (vf->offline || vf->away)
		return NULL;
	if (!vf->present)
		return "has no device";
	if (!*vf->driver && *vf->override)
		return "is not bound to the driver in its driver_override";
	if (!*vf->driver && pf->autoprobe)
		return "has no driver, although drivers are probed";
	return NULL;
}
