/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the sections and keys of a configuration file are.  libeconf has the values,
 * but neither their lines and columns nor all of what is given twice.
 */
#ifndef SRIOVCTL_LINES_H
#define SRIOVCTL_LINES_H

#include "wish.h"

#include <stddef.h>

struct place {
	size_t line, column;	/* from 1 */
};

struct entry {
	char *section;
	char *key;		/* NULL for the section itself */
	struct place at;	/* of the name */
	struct place value;	/* of the value */
};

struct lines {
	struct entry *entry;
	size_t entries;
};

/* lines_scan - scan the whole text; if it is not valid, where, and why */
bool lines_scan(struct lines *lines, const char *text, struct place *at, char why[WHY]);

/* lines_find - the entry of a section and a key, or NULL */
const struct entry *lines_find(const struct lines *lines, const char *section, const char *key);

void lines_free(struct lines *lines);

#endif
