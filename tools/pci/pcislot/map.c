// SPDX-License-Identifier: GPL-2.0-only
/* From functions to positions in the guest */
#include "slot.h"

#include <stdlib.h>

static const struct function *holder(const struct slot *slot, int vfn)
{
	unsigned int i;

	for (i = 0; i < slot->fns; i++)
		if (slot->fn[i].vfn == vfn)
			return &slot->fn[i];
	return NULL;
}

/* Refuse positions that are given twice with "=". */
static int explicit_ones(const struct slot *slot, struct err *err)
{
	unsigned int i;

	for (i = 0; i < slot->fns; i++) {
		const struct function *fn = &slot->fn[i];
		char text[BDF_TEXT];

		if (fn->vfn != NOTATION_ANY && holder(slot, fn->vfn) != fn)
			return err_at(err, fn->at, "function %d of the slot is %s already",
				      fn->vfn,
				      bdf_text(&holder(slot, fn->vfn)->host, text));
	}
	return 0;
}

static int same_number(struct slot *slot, struct function *fn, struct err *err)
{
	const struct function *other = holder(slot, fn->host.fn);
	char text[BDF_TEXT], other_text[BDF_TEXT];

	if (other)
		return err_at(err, fn->at,
			      "identity: %s and %s cannot both be function %d",
			      bdf_text(&other->host, other_text),
			      bdf_text(&fn->host, text), fn->host.fn);
	fn->vfn = fn->host.fn;
	return 0;
}

static int least(struct slot *slot, struct function *fn)
{
	int vfn = 0;

	while (holder(slot, vfn))
		vfn++;
	fn->vfn = vfn;
	return 0;
}

static int place(struct slot *slot, struct function *fn, enum mapping map,
		 struct err *err)
{
	/* a single function must be function 0, or the guest does not find it */
	if (map == MAP_LEAST || (map == MAP_IDENTITY && slot->fns == 1))
		return least(slot, fn);
	if (map == MAP_IDENTITY)
		return same_number(slot, fn, err);
	return err_at(err, fn->at, "explicit: the function number in the guest is missing");
}

static int by_vfn(const void *a, const void *b)
{
	return ((const struct function *)a)->vfn - ((const struct function *)b)->vfn;
}

int slot_map(struct slot *slot, enum mapping map, struct err *err)
{
	unsigned int i;

	if (explicit_ones(slot, err))
		return -1;
	for (i = 0; i < slot->fns; i++)
		if (slot->fn[i].vfn == NOTATION_ANY &&
		    place(slot, &slot->fn[i], map, err))
			return -1;
	qsort(slot->fn, slot->fns, sizeof(slot->fn[0]), by_vfn);
	if (slot->fn[0].vfn)
		return err_at(err, slot->fn[0].at, "%s",
			      "the slot has no function 0, so a guest would not find the others");
	return 0;
}
