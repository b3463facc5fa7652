// SPDX-License-Identifier: GPL-2.0-only
#include "check.h"
#include "file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_VF_BAR	7	/* line of "resource", after six BARs and the ROM */
#define VF_BARS		6
#define DRIVERLESS	"pci-pf-stub"

static void check_driver(const struct pf *pf, struct report *report)
{
	char text[BDF_TEXT];

	if (!*pf->driver)
		report_add(report, STATUS_REFUSED,
			   "%s has no driver, and the kernel enables VFs only through one; load it, or bind the PF to %s if it needs none",
			   bdf_text(&pf->bdf, text), DRIVERLESS);
}

static void check_total(const struct pf *pf, long num_vfs, struct report *report)
{
	char text[BDF_TEXT];

	if (num_vfs <= pf->total_vfs)
		return;
	if (!pf->total_vfs)
		report_add(report, STATUS_REFUSED,
			   "%s has no VFs: TotalVFs is 0; enable SR-IOV in the device's firmware settings, or check the limit that its driver sets",
			   bdf_text(&pf->bdf, text));
	else
		report_add(report, STATUS_REFUSED,
			   "%s can have %ld VFs, not %ld; some devices have a firmware setting for more",
			   bdf_text(&pf->bdf, text), pf->total_vfs, num_vfs);
}

/* Of a VF BAR the file has the range for all VFs; a BAR without memory is all zeros. */
static void check_memory(const struct pf *pf, struct report *report)
{
	char text[BDF_TEXT], *resource, *line, *save = NULL;
	unsigned long long start, end;
	int number = 0, bars = 0;

	resource = file_read("/sys/bus/pci/devices/%s/resource", bdf_text(&pf->bdf, text));
	if (!resource)
		return;
	for (line = strtok_r(resource, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (number >= FIRST_VF_BAR && number < FIRST_VF_BAR + VF_BARS &&
		    sscanf(line, "%llx %llx", &start, &end) == 2 && start)
			bars++;
		number++;
	}
	free(resource);
	if (number > FIRST_VF_BAR && !bars)
		report_add(report, STATUS_REFUSED,
			   "no memory (MMIO) is assigned to the VFs of %s; enable SR-IOV and \"Above 4G decoding\" in the firmware's setup, or boot with pci=realloc",
			   text);
}

/* The address of the bridge above a function, from its path in sysfs */
static bool bridge_of(const struct bdf *bdf, struct bdf *bridge)
{
	char path[ROOT_PATH], text[BDF_TEXT], *real, *end;
	bool found = false;

	root_path(path, "/sys/bus/pci/devices/%s", bdf_text(bdf, text));
	real = realpath(path, NULL);
	end = real ? strrchr(real, '/') : NULL;
	if (end) {
		*end = '\0';
		end = strrchr(real, '/');
		found = end && bdf_parse(end + 1, bridge);
	}
	free(real);
	return found;
}

/* First VF Offset and VF Stride may be those of another number of VFs, or not read yet. */
static void check_buses(const struct pf *pf, long num_vfs, struct report *report)
{
	long offset = sysfs_number(&pf->bdf, "sriov_offset", 0);
	long stride = sysfs_number(&pf->bdf, "sriov_stride", 0);
	long id = pf->bdf.bus << 8 | pf->bdf.dev << 3 | pf->bdf.fn;
	char text[BDF_TEXT], bridge_text[BDF_TEXT];
	struct bdf bridge;
	long last, most;

	if (!offset || !num_vfs || !bridge_of(&pf->bdf, &bridge))
		return;
	most = sysfs_number(&bridge, "subordinate_bus_number", 255);
	last = (id + offset + (num_vfs - 1) * stride) >> 8;
	if (last > most)
		report_add(report, STATUS_REFUSED,
			   "the VFs of %s need bus numbers up to %02lx, but bridge %s has them up to %02lx; boot with pci=assign-busses, or have the firmware reserve more",
			   bdf_text(&pf->bdf, text), last, bdf_text(&bridge, bridge_text), most);
}

static void check_ari(const struct pf *pf, long num_vfs, struct report *report)
{
	char text[BDF_TEXT];

	if (!sysfs_number(&pf->bdf, "ari_enabled", 1) && num_vfs > BDF_FNS - 1)
		report_note(report,
			    "ARI is not enabled for %s: VFs after the seventh need other device numbers, which not every switch or device supports",
			    bdf_text(&pf->bdf, text));
}

void check_enable(const struct pf *pf, long num_vfs, struct report *report)
{
	if (num_vfs <= 0)
		return;
	check_total(pf, num_vfs, report);
	check_driver(pf, report);
	check_memory(pf, report);
	check_buses(pf, num_vfs, report);
	check_ari(pf, num_vfs, report);
}

void check_vfio(const struct pf *pf, struct report *report)
{
	char text[BDF_TEXT];

	if (!sysfs_has(&pf->bdf, "iommu_group"))
		report_add(report, STATUS_REFUSED,
			   "no IOMMU serves %s, which vfio-pci needs; enable VT-d or AMD-Vi in the firmware's setup, and boot with intel_iommu=on on Intel",
			   bdf_text(&pf->bdf, text));
}
