/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a PCI function is: segment, bus, device, function. */
#ifndef PCISLOT_BDF_H
#define PCISLOT_BDF_H

#include <stdbool.h>

#define BDF_FNS		8	/* functions of a device, without ARI */
#define BDF_DEVS	32	/* devices of a bus */

/* As sysfs writes it, "0000:01:00.0"; VMD has segments of more digits. */
#define BDF_TEXT	24

struct bdf {
	unsigned int segment;
	unsigned char bus;
	unsigned char dev;
	unsigned char fn;
};

/* bdf_text - write @bdf into @text, which has BDF_TEXT bytes; returns @text */
char *bdf_text(const struct bdf *bdf, char *text);

/* bdf_parse - read all of @text, as bdf_text() writes it; false: it is not that */
bool bdf_parse(const char *text, struct bdf *bdf);

bool bdf_equal(const struct bdf *a, const struct bdf *b);

/* bdf_same_device - do they differ in nothing but the function number? */
bool bdf_same_device(const struct bdf *a, const struct bdf *b);

#endif
