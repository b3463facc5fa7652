/* SPDX-License-Identifier: GPL-2.0-only */
/* The formats in which a slot can be printed */
#ifndef PCISLOT_FORMAT_H
#define PCISLOT_FORMAT_H

#include "compiler.h"
#include "slot.h"

#include <stdio.h>

#define FORMAT_ID	128	/* a device's name in QEMU */
#define FORMAT_HOST	64

struct format {
	const char *name;
	/* can - whether the format can express the slot; returns 0 or -1 */
	int (*can)(const struct slot *slot, struct err *err);
	/* print - cannot fail, after can() */
	void (*print)(const struct slot *slot, unsigned int slots, FILE *out);
};

/* format_find - the format with that name, or NULL */
const struct format *format_find(const char *name);

extern const struct format format_notation;
extern const struct format format_table;
extern const struct format format_qemu;
extern const struct format format_libvirt;
extern const struct format format_xl;
extern const struct format format_json;

/* format_multifunction - whether this function's header needs the multifunction bit */
bool format_multifunction(const struct slot *slot, const struct function *fn);

/* format_id - the name of the function in QEMU: "pcislot-port1-00.3" */
void format_id(const struct slot *slot, const struct function *fn,
	       char id[FORMAT_ID]);

/*
 * format_host - the option by which QEMU finds the function, "host" or "sysfsdev", and its
 * value
 */
const char *format_host(const struct function *fn, char value[FORMAT_HOST]);

/* format_segment - refuse a function with a segment that @program has no number for */
int format_segment(const struct slot *slot, const char *program, struct err *err);

/* format_place - the end of the notation, which is Xen's: "@07,msitranslate=1" */
void format_place(const struct slot *slot, FILE *out);

/* format_needs_vslot - several functions share a slot only if its number is given */
int format_needs_vslot(const struct slot *slot, struct err *err);

/*
 * format_root_slot - refuse slot 00 of the root bus, which QEMU's machines have for their
 * host bridge, all but those of POWER.  The guest is for this host's processor.
 */
int format_root_slot(const struct slot *slot, struct err *err);

/* format_no_vslot - describe that error */
int format_no_vslot(const struct slot *slot, struct err *err);

/* format_qemu_options - refuse options that pcislot sets itself */
int format_qemu_options(const struct slot *slot, struct err *err);

#endif
