// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void names_add(struct names *names, const char *name)
{
	char **more = reallocarray(names->name, names->count + 1, sizeof(*more));

	if (!more)
		abort();
	names->name = more;
	more[names->count] = strdup(name);
	if (!more[names->count++])
		abort();
}

bool names_has(const struct names *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		if (!strcmp(names->name[i], name))
			return true;
	return false;
}

char *names_text(const struct names *names)
{
	size_t size, i;
	char *text;
	FILE *out;

	out = open_memstream(&text, &size);
	if (!out)
		abort();
	for (i = 0; i < names->count; i++)
		fprintf(out, "%s%s", i ? "," : "", names->name[i]);
	if (!names->count)
		fputc('-', out);
	if (fclose(out))
		abort();
	return text;
}

void names_free(struct names *names)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
	names->name = NULL;
	names->count = 0;
}
