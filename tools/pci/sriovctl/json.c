// SPDX-License-Identifier: GPL-2.0-only
#include "json.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *number_or_null(long value)
{
	return value == ABSENT ? json_null() : json_integer(value);
}

static json_t *boolean_or_null(long value)
{
	return value == ABSENT ? json_null() : json_boolean(value);
}

static json_t *array(const struct names *names)
{
	json_t *json = json_array();
	size_t i;

	for (i = 0; i < names->count; i++)
		json_array_append_new(json, json_string(names->name[i]));
	return json;
}

static json_t *of_vf(const struct pf *pf, const struct vf *vf)
{
	char text[BDF_TEXT];
	const char *missing = vf_missing(pf, vf);

	return json_pack("{s:i, s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o}",
			 "vf", vf->id,
			 "address", vf->present ? json_string(bdf_text(&vf->bdf, text)) :
						  json_null(),
			 "online", vf->present, "offline", vf->offline,
			 "driver", text_or_null(vf->driver),
			 "driver_override", text_or_null(vf->override),
			 "iommu_group", text_or_null(vf->group),
			 "net", array(&vf->net), "nodes", array(&vf->nodes),
			 "irqs", (int)vf->vectors,
			 "in_use_by", text_or_null(vf->holder),
			 "missing", missing ? json_string(missing) : json_null());
}

static json_t *of_pf(const struct pf *pf)
{
	json_t *vfs = json_array();
	char text[BDF_TEXT];
	unsigned int id;

	for (id = 0; id < pf->vfs; id++)
		json_array_append_new(vfs, of_vf(pf, &pf->vf[id]));
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:i, s:i, s:o, s:o, s:o, s:o, s:b, s:o, s:o}",
			 "address", bdf_text(&pf->bdf, text),
			 "vendor", pf->vendor, "device", pf->device,
			 "vf_device", text_or_null(pf->vf_device),
			 "driver", text_or_null(pf->driver),
			 "total_vfs", (int)pf->total_vfs, "num_vfs", (int)pf->num_vfs,
			 "hw_num_vfs", number_or_null(pf->hw_num_vfs),
			 "autoprobe", boolean_or_null(pf->autoprobe),
			 "parallel_probe", boolean_or_null(pf->parallel_probe),
			 "vf_total_msix", number_or_null(pf->total_msix),
			 "settling", pf->settling,
			 "net", array(&pf->net), "vfs", vfs);
}

void json_print(const struct pf *pf, size_t count)
{
	json_t *pfs = json_array(), *all;
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(pfs, of_pf(&pf[i]));
	all = json_pack("{s:o}", "pfs", pfs);
	if (!all)
		abort();
	json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
}
