/* SPDX-License-Identifier: GPL-2.0-only */
/* A list of texts that it owns */
#ifndef SRIOVCTL_NAMES_H
#define SRIOVCTL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct names {
	char **name;
	size_t count;
};

/* names_add - add a copy of @name */
void names_add(struct names *names, const char *name);

bool names_has(const struct names *names, const char *name);

/* names_text - all of them, with commas, or "-"; to be freed */
char *names_text(const struct names *names);

void names_free(struct names *names);

#endif
