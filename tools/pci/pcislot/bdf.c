// SPDX-License-Identifier: GPL-2.0-only
#include "bdf.h"

#include <stdio.h>
#include <string.h>

char *bdf_text(const struct bdf *bdf, char *text)
{
	snprintf(text, BDF_TEXT, "%04x:%02x:%02x.%x", bdf->segment, bdf->bus,
		 bdf->dev, bdf->fn);
	return text;
}

bool bdf_parse(const char *text, struct bdf *bdf)
{
	unsigned int segment, bus, dev, fn;
	char again[BDF_TEXT];

	if (sscanf(text, "%8x:%2x:%2x.%1x", &segment, &bus, &dev, &fn) != 4)
		return false;
	*bdf = (struct bdf){ segment, bus, dev, fn };
	return dev < BDF_DEVS && fn < BDF_FNS &&
	       !strcmp(bdf_text(bdf, again), text);
}

bool bdf_same_device(const struct bdf *a, const struct bdf *b)
{
	return a->segment == b->segment && a->bus == b->bus && a->dev == b->dev;
}

bool bdf_equal(const struct bdf *a, const struct bdf *b)
{
	return bdf_same_device(a, b) && a->fn == b->fn;
}
