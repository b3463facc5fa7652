// SPDX-License-Identifier: GPL-2.0-only
/*
 * The "pci" line of an xl domain configuration.  xl supports only one function,
 * which becomes function 0, or "*", which keeps every function's number.
 */
#include "format.h"
#include "sysfs.h"

/* Whether the host has a function of the device that is not in the slot */
static bool one_missing(const struct slot *slot)
{
	struct bdf host = slot->fn[0].host;
	unsigned int fn;

	for (fn = 0; fn < BDF_FNS; fn++) {
		host.fn = fn;
		if (sysfs_exists(&host) && !slot_find(slot, &host))
			return true;
	}
	return false;
}

static int can(const struct slot *slot, struct err *err)
{
	unsigned int i;

	if (slot->bus)
		return err_set(err, STATUS_USAGE, "xl guests have one bus: no --bus");
	for (i = 0; i < slot->fns && slot->fns > 1; i++) {
		const struct function *fn = &slot->fn[i];

		if (!bdf_same_device(&fn->host, &slot->fn[0].host))
			return err_at(err, fn->at,
				      "xl cannot put functions of two devices into one slot");
		if (fn->vfn != fn->host.fn)
			return err_at(err, fn->at,
				      "xl keeps function numbers: it cannot make function %d of this",
				      fn->vfn);
	}
	if (slot->fns > 1 && one_missing(slot))
		return err_at(err, slot->fn[0].at,
			      "xl gives one function or all of a device, and this is neither");
	return format_segment(slot, "xl", err);
}

static void print_one(const struct slot *slot, FILE *out)
{
	const struct bdf *host = &slot->fn[0].host;

	fprintf(out, "'%04x:%02x:%02x.", host->segment, host->bus, host->dev);
	if (slot->fns > 1)
		fputc('*', out);
	else
		fprintf(out, "%x", host->fn);
	format_place(slot, out);
	fputc('\'', out);
}

static void print(const struct slot *slot, unsigned int slots, FILE *out)
{
	unsigned int i;

	fputs("pci = [ ", out);
	for (i = 0; i < slots; i++) {
		fputs(i ? ", " : "", out);
		print_one(&slot[i], out);
	}
	fputs(" ]\n", out);
}

const struct format format_xl = { "xl", can, print };
