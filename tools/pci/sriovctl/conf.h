/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration: /etc/sriov/NAME.conf, or else /usr/lib/sriov/NAME.conf, with the
 * files NAME.conf.d/\*.conf of both directories, in the order of their names.  Of files
 * with the same name that in /etc is read.  A later file overrides an earlier one.
 *
 * The first configuration, by name, that matches a PF is for it.
 */
#ifndef SRIOVCTL_CONF_H
#define SRIOVCTL_CONF_H

#include "match.h"
#include "report.h"
#include "wish.h"

struct conf {
	char *path;		/* of the main file */
	struct match match;
	struct wish wish;
};

struct confs {
	struct conf *conf;
	size_t count;
};

/* confs_read - all configurations; all errors in all files go to @report */
void confs_read(struct confs *confs, struct report *report);

/* confs_add - read the one file, alone */
void confs_add(struct confs *confs, const char *path, struct report *report);

/* confs_find - the configuration for the PF, or NULL */
const struct conf *confs_find(const struct confs *confs, const struct bdf *pf);

void confs_free(struct confs *confs);

/* conf_parse - read one file into @conf, over what is set there */
void conf_parse(struct conf *conf, const char *path, struct report *report);

/* conf_check - whether all that was read fits together */
void conf_check(const struct conf *conf, struct report *report);

#endif
