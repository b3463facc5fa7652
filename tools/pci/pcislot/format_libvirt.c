// SPDX-License-Identifier: GPL-2.0-only
/* <hostdev> elements for a libvirt domain's <devices> */
#include "bus.h"
#include "format.h"

static int can(const struct slot *slot, struct err *err)
{
	unsigned int bus;

	if (slot->options)
		return err_at(err, slot->option[0].at,
			      "libvirt's <hostdev> does not support this option");
	if (!bus_number(slot->bus, &bus))
		return err_set(err, STATUS_USAGE,
			       "libvirt numbers its buses: --bus must be a number, not \"%s\"",
			       slot->bus);
	return format_segment(slot, "libvirt", err) || format_root_slot(slot, err) ||
	       format_needs_vslot(slot, err) ? -1 : 0;
}

static void print_guest(const struct slot *slot, const struct function *fn,
			FILE *out)
{
	unsigned int bus;

	bus_number(slot->bus, &bus);
	fprintf(out, "  <address type='pci' domain='0x0000' bus='0x%02x'", bus);
	fprintf(out, " slot='0x%02x' function='0x%x'%s/>\n", slot->vslot, fn->vfn,
		format_multifunction(slot, fn) ? " multifunction='on'" : "");
}

/* With managed='yes', libvirt binds the function, and remembers its former driver. */
static void print_function(const struct slot *slot, const struct function *fn,
			   FILE *out)
{
	const struct bdf *host = &fn->host;

	fprintf(out, "<hostdev mode='subsystem' type='pci' managed='%s'>\n",
		slot->bound ? "no" : "yes");
	fputs("  <driver name='vfio'/>\n"
	      "  <source>\n", out);
	fprintf(out, "    <address domain='0x%04x' bus='0x%02x' slot='0x%02x' function='0x%x'/>\n",
		host->segment, host->bus, host->dev, host->fn);
	fputs("  </source>\n", out);
	if (slot->vslot != NOTATION_ANY)
		print_guest(slot, fn, out);
	fputs("</hostdev>\n", out);
}

static void print(const struct slot *slot, unsigned int slots, FILE *out)
{
	unsigned int i, fn;

	for (i = 0; i < slots; i++)
		for (fn = 0; fn < slot[i].fns; fn++)
			print_function(&slot[i], &slot[i].fn[fn], out);
}

const struct format format_libvirt = { "libvirt", can, print };
