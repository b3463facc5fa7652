// SPDX-License-Identifier: GPL-2.0-only
/*
 * referee: prints the violations of the rules in the PCI Express Base Specification's
 * SR-IOV chapter that every sriov-edu PF in the system has counted.
 *
 * Exit status: 0 if there were none, 1 if there were any, 2 if a PF could not be read,
 * 4 if the system has no sriov-edu PF.
 */
#include <stdio.h>
#include <string.h>

#include "edu.h"

static const char * const kinds[SRIOV_EDU_REF_KINDS] = {
	[SRIOV_EDU_REF_VF_EARLY] = "vf-early",
	[SRIOV_EDU_REF_VFE_EARLY] = "vfe-early",
	[SRIOV_EDU_REF_CAP_EARLY] = "cap-early",
	[SRIOV_EDU_REF_NUMVFS_LOCKED] = "numvfs-locked",
	[SRIOV_EDU_REF_NUMVFS_RANGE] = "numvfs-range",
	[SRIOV_EDU_REF_BAR_LOCKED] = "bar-locked",
	[SRIOV_EDU_REF_PGSIZE_LOCKED] = "pgsize-locked",
	[SRIOV_EDU_REF_PGSIZE_RANGE] = "pgsize-range",
	[SRIOV_EDU_REF_ARI_LOCKED] = "ari-locked",
	[SRIOV_EDU_REF_VF_REQUEST] = "vf-request",
	[SRIOV_EDU_REF_FLR_EARLY] = "flr-early",
	[SRIOV_EDU_REF_OUT_UNRESET] = "out-unreset",
	[SRIOV_EDU_REF_IN_UNRESET] = "in-unreset",
	[SRIOV_EDU_REF_HEADER_EARLY] = "header-early",
	[SRIOV_EDU_REF_D_STATE_EARLY] = "d-state-early",
	[SRIOV_EDU_REF_RESET_EARLY] = "reset-early",
	[SRIOV_EDU_REF_LIVE_WRITE] = "live-write",
};

enum {
	CLEAN = 0,
	BREACHED = 1,
	FAILED = 2,
	NO_PF = 4,
};

static int judge(const struct edu_map *map)
{
	uint32_t total = edu_read(map, SRIOV_EDU_REFEREE_TOTAL);
	uint32_t last = edu_read(map, SRIOV_EDU_REFEREE_LAST);
	int kind;

	for (kind = 0; kind < SRIOV_EDU_REF_KINDS; kind++)
		printf("%s %-14s %u\n", map->fn->name, kinds[kind],
		       edu_read(map, SRIOV_EDU_REFEREE_COUNT(kind)));

	if (!total)
		return CLEAN;

	kind = last & SRIOV_EDU_REFEREE_LAST_KIND;
	printf("%s last: %s by function %u (0: the PF, n: vf_id n - 1)\n",
	       map->fn->name, kind < SRIOV_EDU_REF_KINDS ? kinds[kind] : "?",
	       (last & SRIOV_EDU_REFEREE_LAST_FN) >> 8);
	return BREACHED;
}

static int visit(const struct pci_fn *pf, bool clear)
{
	struct edu_map map;
	int ret;

	ret = edu_map(&map, pf);
	if (ret) {
		fprintf(stderr, "referee: %s: %s\n", pf->name, strerror(-ret));
		return FAILED;
	}

	if (edu_read(&map, SRIOV_EDU_ID) != SRIOV_EDU_ID_MAGIC ||
	    !(edu_read(&map, SRIOV_EDU_FEATURES) & SRIOV_EDU_FEATURE_REFEREE)) {
		fprintf(stderr, "referee: %s: device has no referee\n", pf->name);
		ret = FAILED;
	} else if (clear) {
		edu_write(&map, SRIOV_EDU_REFEREE_CTRL, SRIOV_EDU_REFEREE_CLEAR);
	} else {
		ret = judge(&map);
	}
	edu_unmap(&map);
	return ret;
}

int main(int argc, char **argv)
{
	bool clear = argc == 2 && !strcmp(argv[1], "--clear");
	int worst = CLEAN;
	struct pci_fn pf;
	int index;
	int ret;

	if (argc > 1 && !clear) {
		fprintf(stderr, "usage: referee [--clear]\n");
		return FAILED;
	}

	for (index = 0; !pf_find_any(PF_SRIOV_EDU, index, &pf); index++) {
		ret = visit(&pf, clear);
		if (ret > worst)
			worst = ret;
	}
	if (!index)
		fprintf(stderr, "referee: no sriov-edu PF in the system\n");
	return index ? worst : NO_PF;
}
