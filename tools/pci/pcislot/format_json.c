// SPDX-License-Identifier: GPL-2.0-only
/* JSON, for programs */
#include "format.h"
#include "sysfs.h"

#include <jansson.h>

static int can(const struct slot *slot, struct err *err)
{
	(void)slot;
	(void)err;
	return 0;
}

static json_t *function(const struct slot *slot, const struct function *fn)
{
	char host[BDF_TEXT], pf[BDF_TEXT], driver[SYSFS_TEXT], group[SYSFS_TEXT];
	bool has_driver = sysfs_driver(&fn->host, driver);
	bool has_group = sysfs_link(&fn->host, "iommu_group", group);

	return json_pack("{s:i, s:b, s:s, s:s?, s:o, s:s?, s:s?}",
			 "function", fn->vfn,
			 "multifunction", format_multifunction(slot, fn),
			 "host", bdf_text(&fn->host, host),
			 "pf", fn->is_vf ? bdf_text(&fn->pf, pf) : NULL,
			 "vf", fn->is_vf ? json_integer(fn->vf) : json_null(),
			 "driver", has_driver ? driver : NULL,
			 "iommu_group", has_group ? group : NULL);
}

static json_t *one(const struct slot *slot)
{
	json_t *functions = json_array(), *options = json_object();
	unsigned int i;

	for (i = 0; i < slot->fns; i++)
		json_array_append_new(functions, function(slot, &slot->fn[i]));
	for (i = 0; i < slot->options; i++)
		json_object_set_new(options, slot->option[i].key,
				    json_string(slot->option[i].value));
	return json_pack("{s:s, s:s?, s:o, s:o, s:o}",
			 "notation", slot->text, "bus", slot->bus,
			 "slot", slot->vslot == NOTATION_ANY ?
				 json_null() : json_integer(slot->vslot),
			 "functions", functions, "options", options);
}

static void print(const struct slot *slot, unsigned int slots, FILE *out)
{
	json_t *all = json_array();
	unsigned int i;

	for (i = 0; i < slots; i++)
		json_array_append_new(all, one(&slot[i]));
	json_dumpf(all, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(all);
}

const struct format format_json = { "json", can, print };
