// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the notation to functions.  Plain numbers and ranges need no look at the
 * host; "*" and the VFs of a PF are looked up in its sysfs.
 */
#include "slot.h"
#include "sysfs.h"

#include <string.h>

const struct function *slot_find(const struct slot *slot, const struct bdf *host)
{
	unsigned int i;

	for (i = 0; i < slot->fns; i++)
		if (bdf_equal(&slot->fn[i].host, host))
			return &slot->fn[i];
	return NULL;
}

static int add(struct slot *slot, const struct bdf *host, const struct item *item,
	       struct err *err)
{
	struct function *fn = &slot->fn[slot->fns];
	char text[BDF_TEXT];

	if (slot_find(slot, host))
		return err_at(err, item->at, "%s is given twice",
			      bdf_text(host, text));
	if (slot->fns == BDF_FNS)
		return err_at(err, item->at,
			      "a slot has no more than %d functions", BDF_FNS);
	*fn = (struct function){ .host = *host, .vfn = item->vfn, .at = item->at };
	fn->is_vf = sysfs_pf(host, &fn->pf, &fn->vf);
	slot->fns++;
	return 0;
}

static int not_there(const struct item *item, const struct bdf *host,
		     struct err *err)
{
	char text[BDF_TEXT];

	err_set(err, STATUS_REFUSED, "there is no function %s",
		bdf_text(host, text));
	return err_point(err, item->at);
}

static int add_functions(struct slot *slot, const struct item *item,
			 bool must_exist, struct err *err)
{
	unsigned int last = item->all ? BDF_FNS - 1 : item->last;
	struct bdf host = item->base;
	unsigned int found = slot->fns, fn;

	for (fn = item->all ? 0 : item->first; fn <= last; fn++) {
		host.fn = fn;
		if ((item->all || must_exist) && !sysfs_exists(&host)) {
			if (item->all)
				continue;
			return not_there(item, &host, err);
		}
		if (add(slot, &host, item, err))
			return -1;
	}
	host.fn = 0;
	return slot->fns > found ? 0 : not_there(item, &host, err);
}

static int no_vf(const struct item *item, unsigned int vf, long count,
		 struct err *err)
{
	char text[BDF_TEXT];

	bdf_text(&item->base, text);
	if (count < 0)
		err_set(err, STATUS_REFUSED, "%s is not a PF", text);
	else if (!count)
		err_set(err, STATUS_REFUSED, "%s has no VFs now", text);
	else
		err_set(err, STATUS_REFUSED, "%s has no VF %u, it has 0 to %ld",
			text, vf, count - 1);
	return err_point(err, item->at);
}

static int add_vfs(struct slot *slot, const struct item *item, struct err *err)
{
	long count = sysfs_number(&item->base, "sriov_numvfs", -1);
	unsigned int last = item->all ? count - 1 : item->last;
	struct bdf host;
	unsigned int vf;

	if (!sysfs_exists(&item->base))
		return not_there(item, &item->base, err);
	if (count <= 0)
		return no_vf(item, item->first, count, err);
	for (vf = item->all ? 0 : item->first; vf <= last; vf++) {
		if (!sysfs_vf(&item->base, vf, &host))
			return no_vf(item, vf, count, err);
		if (add(slot, &host, item, err))
			return -1;
	}
	return 0;
}

int slot_expand(const char *text, bool must_exist, struct slot *slot,
		struct err *err)
{
	struct notation notation;
	unsigned int i;

	memset(slot, 0, sizeof(*slot));
	slot->text = text;
	if (notation_parse(text, &notation, err))
		return -1;
	slot->vslot = notation.vslot;
	slot->vslot_at = notation.vslot_at;
	slot->options = notation.options;
	memcpy(slot->option, notation.option, sizeof(slot->option));
	for (i = 0; i < notation.items; i++) {
		const struct item *item = &notation.item[i];

		if (item->vfs ? add_vfs(slot, item, err) :
				add_functions(slot, item, must_exist, err))
			return -1;
	}
	return 0;
}
