/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The notation for the contents of one slot of a guest:
 *
 *	SET	= ELEMENT { "," ELEMENT } [ "@" VSLOT ] { "," OPTION }
 *	ELEMENT	= [ [ SEG ":" ] BUS ":" ] DEV "." ITEMS
 *		| "pf:" [ SEG ":" ] BUS ":" DEV "." FUNC "/" ITEMS
 *	ITEMS	= ITEM { "," ITEM }
 *	ITEM	= NUMBER [ "-" NUMBER | "=" VFN ] | "*"
 *	OPTION	= KEY "=" VALUE
 *
 * Xen's notation is a subset of it.  The numbers of an ITEM are functions of a
 * device or, after "pf:", VFs of a PF: decimal, starting with 0.  After a comma, text
 * with a ":" or "." after its first digits is an ELEMENT, other text that begins with
 * a digit or "*" is an ITEM, and everything else is an OPTION.
 *
 * The parser uses only the text; expand.c looks up functions in sysfs.
 */
#ifndef PCISLOT_NOTATION_H
#define PCISLOT_NOTATION_H

#include "bdf.h"
#include "err.h"

#define NOTATION_OPTIONS	8
#define NOTATION_KEY		32
#define NOTATION_VALUE		64
#define NOTATION_ANY		-1	/* no VSLOT or VFN was given */

struct item {
	struct bdf base;	/* the device, or the PF */
	bool vfs;		/* the numbers are VFs of the PF */
	bool all;		/* "*" */
	unsigned int first;
	unsigned int last;
	int vfn;		/* position in the guest, or NOTATION_ANY */
	long at;		/* position in the text */
};

/* The JSON type of an option in QEMU */
enum option_type { OPTION_TEXT, OPTION_BOOL, OPTION_NUMBER };

struct option_given {
	enum option_type type;	/* set by guest_options() */
	char key[NOTATION_KEY];
	char value[NOTATION_VALUE];
	long at;
};

struct notation {
	/* each item is one function at least, and a slot has no more than 8 */
	struct item item[BDF_FNS];
	unsigned int items;
	int vslot;		/* device number in the guest, or NOTATION_ANY */
	long vslot_at;		/* its position in the text, or where it would be */
	struct option_given option[NOTATION_OPTIONS];
	unsigned int options;
};

/* notation_parse - returns 0, or -1 with @err pointing at a character of @text */
int notation_parse(const char *text, struct notation *out, struct err *err);

/* notation_parse_vslot - the same for a virtual slot alone, as in "@07" */
int notation_parse_vslot(const char *text, int *vslot, struct err *err);

#endif
