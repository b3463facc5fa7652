/* SPDX-License-Identifier: GPL-2.0-only */
/* The address of a PCI function: segment, bus, device, function. */
#ifndef PCISLOT_BDF_H
#define PCISLOT_BDF_H

#include <stdbool.h>

#define BDF_FNS		8	/* functions of a device, without ARI */
#define BDF_DEVS	32	/* devices of a bus */

/* The format of sysfs, "0000:01:00.0"; VMD has segments of more digits. */
#define BDF_TEXT	24

struct bdf {
	unsigned int segment;
	unsigned char bus;
	unsigned char dev;
	unsigned char fn;
};

/* bdf_text - write @bdf into @text, which has BDF_TEXT bytes; returns @text */
char *bdf_text(const struct bdf *bdf, char *text);

/* bdf_parse - parse @text in the format of bdf_text(); false if it is not valid */
bool bdf_parse(const char *text, struct bdf *bdf);

/*
 * BDF_SEGMENT_MAX - the greatest segment in the addresses of QEMU, libvirt and xl.  Linux
 * numbers those that no firmware has described, such as VMD's, from 10000 on.
 */
#define BDF_SEGMENT_MAX	0xffff

bool bdf_equal(const struct bdf *a, const struct bdf *b);

/* bdf_same_device - whether both are functions of one device */
bool bdf_same_device(const struct bdf *a, const struct bdf *b);

#endif
