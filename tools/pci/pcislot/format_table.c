// SPDX-License-Identifier: GPL-2.0-only
/* A table for each slot, with a line for each function */
#include "format.h"
#include "sysfs.h"

static int can(const struct slot *slot, struct err *err)
{
	(void)slot;
	(void)err;
	return 0;
}

static void what(const struct function *fn, char text[SYSFS_TEXT])
{
	char pf[BDF_TEXT];

	if (fn->is_vf)
		snprintf(text, SYSFS_TEXT, "VF %u of %s", fn->vf,
			 bdf_text(&fn->pf, pf));
	else if (sysfs_has(&fn->host, "sriov_totalvfs"))
		snprintf(text, SYSFS_TEXT, "PF");
	else
		snprintf(text, SYSFS_TEXT, "function");
}

static void row(const struct slot *slot, const struct function *fn, FILE *out)
{
	char host[BDF_TEXT], kind[SYSFS_TEXT], driver[SYSFS_TEXT], group[SYSFS_TEXT];
	char guest[16];

	what(fn, kind);
	if (slot->vslot == NOTATION_ANY)
		snprintf(guest, sizeof(guest), "--.%d", fn->vfn);
	else
		snprintf(guest, sizeof(guest), "%02x.%d", slot->vslot, fn->vfn);
	fprintf(out, "%-5s  %-5s  %-13s  %-22s  %-16s  %s\n", guest,
		format_multifunction(slot, fn) ? "yes" : "-",
		bdf_text(&fn->host, host), kind,
		sysfs_driver(&fn->host, driver) ? driver : "-",
		sysfs_link(&fn->host, "iommu_group", group) ? group : "-");
}

static void print(const struct slot *slot, unsigned int slots, FILE *out)
{
	unsigned int i, fn;

	for (i = 0; i < slots; i++) {
		fprintf(out, "%s%-5s  %-5s  %-13s  %-22s  %-16s  %s\n", i ? "\n" : "",
			"GUEST", "MULTI", "HOST", "WHAT", "DRIVER", "GROUP");
		for (fn = 0; fn < slot[i].fns; fn++)
			row(&slot[i], &slot[i].fn[fn], out);
	}
}

const struct format format_table = { "table", can, print };
