// SPDX-License-Identifier: GPL-2.0-only
/* Arguments for QEMU's command line, one a line */
#include "format.h"

#include <string.h>

int format_qemu_options(const struct slot *slot, struct err *err)
{
	static const char *const ours[] = {
		"driver", "id", "host", "sysfsdev", "bus", "addr", "multifunction",
	};
	unsigned int i, k;

	for (i = 0; i < slot->options; i++)
		for (k = 0; k < ARRAY_SIZE(ours); k++)
			if (!strcmp(slot->option[i].key, ours[k]))
				return err_at(err, slot->option[i].at,
					      "\"%s\" is set by pcislot", ours[k]);
	return 0;
}

static int can(const struct slot *slot, struct err *err)
{
	return format_qemu_options(slot, err) || format_root_slot(slot, err) ||
	       format_needs_vslot(slot, err) ? -1 : 0;
}

static void print_function(const struct slot *slot, const struct function *fn,
			   FILE *out)
{
	char host[FORMAT_HOST], id[FORMAT_ID];
	const char *key = format_host(fn, host);
	unsigned int i;

	fprintf(out, "-device vfio-pci,%s=%s", key, host);
	if (slot->bus)
		fprintf(out, ",bus=%s", slot->bus);
	if (slot->vslot != NOTATION_ANY) {
		format_id(slot, fn, id);
		fprintf(out, ",id=%s,addr=%02x.%d", id, slot->vslot, fn->vfn);
	}
	if (format_multifunction(slot, fn))
		fputs(",multifunction=on", out);
	for (i = 0; i < slot->options; i++)
		fprintf(out, ",%s=%s", slot->option[i].key, slot->option[i].value);
	fputc('\n', out);
}

static void print(const struct slot *slot, unsigned int slots, FILE *out)
{
	unsigned int i, fn;

	for (i = 0; i < slots; i++)
		for (fn = 0; fn < slot[i].fns; fn++)
			print_function(&slot[i], &slot[i].fn[fn], out);
}

const struct format format_qemu = { "qemu", can, print };
