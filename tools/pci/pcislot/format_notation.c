// SPDX-License-Identifier: GPL-2.0-only
/* The notation of pcislot, fully expanded and mapped */
#include "format.h"

static int can(const struct slot *slot, struct err *err)
{
	(void)slot;
	(void)err;
	return 0;
}

static void print_one(const struct slot *slot, FILE *out)
{
	char text[BDF_TEXT];
	unsigned int i;

	for (i = 0; i < slot->fns; i++)
		fprintf(out, "%s%s=%d", i ? "," : "",
			bdf_text(&slot->fn[i].host, text), slot->fn[i].vfn);
	format_place(slot, out);
	fputc('\n', out);
}

static void print(const struct slot *slot, unsigned int slots, FILE *out)
{
	unsigned int i;

	for (i = 0; i < slots; i++)
		print_one(&slot[i], out);
}

const struct format format_notation = { "notation", can, print };
