/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A slot: up to eight functions of the host, and the position of each in one
 * multi-function device of a guest.  A slot is made in two steps:
 *
 *	slot_expand()	notation -> functions of the host
 *	slot_map()	functions -> positions
 *
 * Both change only the slot and do not use other slots, so a function's position
 * never depends on what else was started.
 */
#ifndef PCISLOT_SLOT_H
#define PCISLOT_SLOT_H

#include "notation.h"

struct function {
	struct bdf host;
	int vfn;		/* position in the guest, or NOTATION_ANY */
	long at;		/* position of its item in the notation */
	bool is_vf;
	struct bdf pf;		/* if it is a VF */
	unsigned int vf;	/* its number, starting with 0 */
};

struct slot {
	const char *text;	/* its notation */
	struct function fn[BDF_FNS];
	unsigned int fns;
	int vslot;		/* device number in the guest, or NOTATION_ANY */
	long vslot_at;
	struct option_given option[NOTATION_OPTIONS];
	unsigned int options;
	const char *bus;	/* of the guest, or NULL for its first */
	bool bound;		/* pcislot binds the functions, not what starts the guest */
};

/* How the position of a function without "=" is chosen */
enum mapping {
	MAP_LEAST,		/* the lowest free one, in the order given */
	MAP_IDENTITY,		/* the function number that it has on the host */
	MAP_EXPLICIT,		/* not at all: each function must have a "=" */
};

/*
 * slot_expand - make @slot of @text, which must stay as long as the slot.  Functions
 * given by their numbers need not exist without @must_exist; "*" and "pf:" stand for
 * functions of this host in any case.
 */
int slot_expand(const char *text, bool must_exist, struct slot *slot,
		struct err *err);

/* slot_map - give each function its position, and sort by it */
int slot_map(struct slot *slot, enum mapping map, struct err *err);

/* slot_find - the function @host of the slot, or NULL */
const struct function *slot_find(const struct slot *slot, const struct bdf *host);

#endif
