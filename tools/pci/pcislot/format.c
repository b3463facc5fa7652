// SPDX-License-Identifier: GPL-2.0-only
#include "bus.h"
#include "format.h"

#include <string.h>
#include <sys/utsname.h>

const struct format *format_find(const char *name)
{
	static const struct format *const all[] = {
		&format_table, &format_qemu, &format_libvirt, &format_xl,
		&format_json,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return NULL;
}

bool format_multifunction(const struct slot *slot, const struct function *fn)
{
	return slot->fns > 1 && !fn->vfn;
}

void format_id(const struct slot *slot, const struct function *fn,
	       char id[FORMAT_ID])
{
	snprintf(id, FORMAT_ID, "pcislot-%s%s%02x.%d", slot->bus ? slot->bus : "",
		 slot->bus ? "-" : "", slot->vslot, fn->vfn);
}

const char *format_host(const struct function *fn, char value[FORMAT_HOST])
{
	char text[BDF_TEXT];
	bool fits = fn->host.segment <= BDF_SEGMENT_MAX;

	snprintf(value, FORMAT_HOST, "%s%s", fits ? "" : "/sys/bus/pci/devices/",
		 bdf_text(&fn->host, text));
	return fits ? "host" : "sysfsdev";
}

int format_segment(const struct slot *slot, const char *program, struct err *err)
{
	const struct function *fn;

	for (fn = slot->fn; fn < slot->fn + slot->fns; fn++) {
		if (fn->host.segment <= BDF_SEGMENT_MAX)
			continue;
		err_set(err, STATUS_REFUSED,
			"%s cannot express segment %x: its greatest is %x", program,
			fn->host.segment, BDF_SEGMENT_MAX);
		return err_point(err, fn->at);
	}
	return 0;
}

void format_place(const struct slot *slot, FILE *out)
{
	unsigned int i;

	if (slot->vslot != NOTATION_ANY)
		fprintf(out, "@%02x", slot->vslot);
	for (i = 0; i < slot->options; i++)
		fprintf(out, ",%s=%s", slot->option[i].key, slot->option[i].value);
}

int format_no_vslot(const struct slot *slot, struct err *err)
{
	return err_at(err, slot->vslot_at,
		      "the slot's number in the guest is missing, as in \"@07\"");
}

static bool host_bridge_has_slot(void)
{
	struct utsname host;

	return uname(&host) || strncmp(host.machine, "ppc", 3);
}

int format_root_slot(const struct slot *slot, struct err *err)
{
	if (slot->vslot || *bus_canonical(slot->bus) || !host_bridge_has_slot())
		return 0;
	err_set(err, STATUS_REFUSED, "slot 00 of the guest's first bus is its host bridge");
	return err_point(err, slot->vslot_at);
}

int format_needs_vslot(const struct slot *slot, struct err *err)
{
	if (slot->fns == 1 || slot->vslot != NOTATION_ANY)
		return 0;
	return format_no_vslot(slot, err);
}
