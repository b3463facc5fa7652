// SPDX-License-Identifier: GPL-2.0-only
#include "conf.h"
#include "file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const directories[] = { "/etc/sriov", "/usr/lib/sriov" };

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of the files *.conf in @below of both directories, each once */
static struct names conf_names(const char *below)
{
	struct names all = {}, some;
	size_t i, j, length;

	for (i = 0; i < ARRAY_SIZE(directories); i++) {
		some = file_names("%s/%s", directories[i], below);
		for (j = 0; j < some.count; j++) {
			length = strlen(some.name[j]);
			if (length > 5 && !strcmp(some.name[j] + length - 5, ".conf") &&
			    !names_has(&all, some.name[j]))
				names_add(&all, some.name[j]);
		}
		names_free(&some);
	}
	if (all.count)
		qsort(all.name, all.count, sizeof(*all.name), by_name);
	return all;
}

/* The first of both files that exists; a link to /dev/null or an empty file masks the other. */
static bool conf_path(char path[ROOT_PATH], const char *name)
{
	struct stat target;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(directories); i++) {
		if (!file_exists("%s/%s", directories[i], name))
			continue;
		root_path(path, "%s/%s", directories[i], name);
		/* One that cannot be read is an error later, and does not mask. */
		return stat(path, &target) ||
		       !(S_ISCHR(target.st_mode) || (S_ISREG(target.st_mode) && !target.st_size));
	}
	return false;
}

static struct conf *add(struct confs *confs, const char *path)
{
	struct conf *more = reallocarray(confs->conf, confs->count + 1, sizeof(*more));

	if (!more)
		abort();
	confs->conf = more;
	more += confs->count++;
	memset(more, 0, sizeof(*more));
	wish_init(&more->wish);
	more->path = strdup(path);
	if (!more->path)
		abort();
	return more;
}

static void read_one(struct confs *confs, const char *name, struct report *report)
{
	char path[ROOT_PATH], below[ROOT_PATH];
	struct names extra;
	struct conf *conf;
	size_t i;

	if (!conf_path(path, name))
		return;
	conf = add(confs, path);
	conf_parse(conf, path, report);
	snprintf(below, sizeof(below), "%s.d", name);
	extra = conf_names(below);
	for (i = 0; i < extra.count; i++) {
		snprintf(below, sizeof(below), "%s.d/%s", name, extra.name[i]);
		if (conf_path(path, below))
			conf_parse(conf, path, report);
	}
	names_free(&extra);
	if (report->status == STATUS_DONE)
		conf_check(conf, report);
}

void confs_read(struct confs *confs, struct report *report)
{
	struct names names = conf_names("");
	size_t i;

	for (i = 0; i < names.count; i++)
		read_one(confs, names.name[i], report);
	names_free(&names);
}

void confs_add(struct confs *confs, const char *path, struct report *report)
{
	struct conf *conf = add(confs, path);

	conf_parse(conf, path, report);
	if (report->status == STATUS_DONE)
		conf_check(conf, report);
}

const struct conf *confs_find(const struct confs *confs, const struct bdf *pf)
{
	size_t i;

	for (i = 0; i < confs->count; i++)
		if (match_pf(&confs->conf[i].match, pf))
			return &confs->conf[i];
	return NULL;
}

void confs_free(struct confs *confs)
{
	size_t i;

	for (i = 0; i < confs->count; i++) {
		free(confs->conf[i].path);
		match_free(&confs->conf[i].match);
		wish_free(&confs->conf[i].wish);
	}
	free(confs->conf);
	*confs = (struct confs){};
}
