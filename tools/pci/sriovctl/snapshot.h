/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What sysfs shows of one PF and its VFs.  VFs are numbered from 0, as in virtfn0.
 *
 * A snapshot is read again when the number of VFs or their links have changed while it
 * was read.  If that does not end, the PF is marked as settling.
 */
#ifndef SRIOVCTL_SNAPSHOT_H
#define SRIOVCTL_SNAPSHOT_H

#include "bdf.h"
#include "err.h"
#include "names.h"
#include "sysfs.h"

#define ABSENT	-1L		/* of a number: this kernel has no such file */

struct vf {
	unsigned int id;
	bool present;		/* it has a device; otherwise only @offline is valid */
	bool offline;		/* taken offline by the administrator */
	bool away;		/* not here, by VF Migration */
	struct bdf bdf;
	char driver[SYSFS_TEXT];	/* "" for none */
	char override[SYSFS_TEXT];	/* driver_override, "" for none */
	char group[SYSFS_TEXT];		/* IOMMU group, "" for none */
	struct names net;
	struct names nodes;		/* block and character devices */
	size_t vectors;			/* MSI and MSI-X, in use */
	char holder[SYSFS_TEXT];	/* the program that has it through VFIO, or "" */
};

struct pf {
	struct bdf bdf;
	char vendor[16], device[16], vf_device[16];
	char driver[SYSFS_TEXT];
	long total_vfs, num_vfs, hw_num_vfs;
	long autoprobe, parallel_probe, total_msix;
	bool settling;
	struct names net;
	struct vf *vf;		/* at index N is VF N, present or not */
	unsigned int vfs;
};

/* pf_find - the PF with an address or a network interface */
int pf_find(const char *text, struct bdf *bdf, struct err *err);

/* pf_all - the addresses of all PFs, sorted; to be freed */
struct bdf *pf_all(size_t *count);

/* snapshot_read - read @pf, to be freed by snapshot_free() whatever is returned */
int snapshot_read(const struct bdf *bdf, struct pf *pf, struct err *err);
void snapshot_free(struct pf *pf);

/* vf_missing - what the VF lacks, or NULL */
const char *vf_missing(const struct pf *pf, const struct vf *vf);

#endif
