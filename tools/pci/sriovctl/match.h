/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which PFs a configuration is for.  Each kind of match that is set must be met, by one of its
 * values.  Values are patterns of fnmatch(3), but addresses and IDs.
 */
#ifndef SRIOVCTL_MATCH_H
#define SRIOVCTL_MATCH_H

#include "bdf.h"
#include "names.h"
#include "wish.h"

enum match_kind {
	MATCH_ADDRESS,		/* 0000:01:00.0 */
	MATCH_PATH,		/* pci0000:00/0000:00:04.0/0000:01:00.0 below /sys/devices */
	MATCH_SLOT,		/* the name of a slot in /sys/bus/pci/slots */
	MATCH_ID,		/* 8086:10c9 */
	MATCH_DRIVER,
	MATCH_INTERFACE,	/* a network interface */
	MATCH_KINDS
};

struct match {
	struct names value[MATCH_KINDS];
};

/* match_kind - the kind of a key such as "MatchAddress", or -1 */
int match_kind(const char *key);

/* match_parse - replace the values of a kind; if they are not valid, why */
bool match_parse(struct match *match, enum match_kind kind, const char *text, char why[WHY]);

/* match_any - whether there is a condition at all */
bool match_any(const struct match *match);

bool match_pf(const struct match *match, const struct bdf *pf);

void match_free(struct match *match);

#endif
