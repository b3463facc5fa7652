// SPDX-License-Identifier: GPL-2.0-only
#include "conf.h"
#include "lines.h"
#include "setting.h"

#include <errno.h>
#include <fcntl.h>
#include <libeconf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST	1000000		/* bytes */

struct source {
	const char *path;
	struct lines lines;
	struct report *report;
};

static void complain(const struct source *source, const struct place *at, const char *why)
{
	if (at)
		report_add(source->report, STATUS_USAGE, "%s:%zu:%zu: %s", source->path, at->line,
			   at->column, why);
	else
		report_add(source->report, STATUS_USAGE, "%s: %s", source->path, why);
}

static bool set(struct conf *conf, const char *section, const char *key, const char *value,
		char why[WHY])
{
	int kind = match_kind(key);
	unsigned int first, last;

	if (!strcmp(section, "PF"))
		return kind >= 0 ? match_parse(&conf->match, kind, value, why) :
			setting_pf(&conf->wish, NAMED_AS_KEY, key, value, why);
	wish_range(section + strlen("VF "), &first, &last);
	wish_vf(&conf->wish, last);	/* all at once */
	for (; first <= last; first++)
		if (!setting_vf(wish_vf(&conf->wish, first), NAMED_AS_KEY, key, value, why))
			return false;
	return true;
}

static bool is_section(const char *section)
{
	unsigned int first, last;

	return !strcmp(section, "PF") ||
	       (!strncmp(section, "VF ", 3) && wish_range(section + 3, &first, &last));
}

static void take_section(const struct source *source, const struct entry *entry)
{
	char why[WHY];

	if (is_section(entry->section))
		return;
	snprintf(why, sizeof(why), "[%.64s] is not [PF], [VF n] or [VF n-m]", entry->section);
	complain(source, &entry->at, why);
}

static void take_key(struct conf *conf, const struct source *source, econf_file *file,
		     const struct entry *entry)
{
	char why[WHY], *value = NULL;
	bool known;

	if (!is_section(entry->section))
		return;		/* (already logged) */
	if (econf_getStringValue(file, entry->section, entry->key, &value) || !value || !*value) {
		complain(source, &entry->value, "there is no value");
	} else if (!set(conf, entry->section, entry->key, value, why)) {
		known = strncmp(why, "there is no setting", 19);
		complain(source, known ? &entry->value : &entry->at, why);
	}
	free(value);
}

/* In the order of the file: what it sets for VF 3 after [VF 0-7] counts. */
static void take_file(struct conf *conf, const struct source *source, econf_file *file)
{
	size_t i;

	for (i = 0; i < source->lines.entries; i++) {
		const struct entry *entry = &source->lines.entry[i];

		if (entry->key)
			take_key(conf, source, file, entry);
		else
			take_section(source, entry);
	}
}

/* What libeconf does not take, although lines_scan() did */
static void syntax_error(const struct source *source, econf_err error)
{
	struct place at = { .column = 1 };
	char *name = NULL;
	uint64_t line = 0;

	econf_errLocation(&name, &line);
	at.line = line;
	free(name);
	complain(source, line ? &at : NULL, econf_errString(error));
}

static char *read_text(int fd, const char **why)
{
	struct stat stat;
	char *text = NULL;
	ssize_t length;

	*why = "not a regular file";
	if (fstat(fd, &stat) || !S_ISREG(stat.st_mode))
		return NULL;
	*why = "larger than 1 MB";
	if (stat.st_size > FILE_MOST)
		return NULL;
	text = calloc(1, stat.st_size + 1);
	if (!text)
		abort();
	length = pread(fd, text, stat.st_size, 0);
	if (length >= 0 && strlen(text) == (size_t)length)
		return text;
	*why = length < 0 ? strerror(errno) : "a byte is zero";
	free(text);
	return NULL;
}

/* The text, or NULL and why */
static char *contents(const char *path, const char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text;

	*why = strerror(errno);
	if (fd < 0)
		return NULL;
	text = read_text(fd, why);
	close(fd);
	return text;
}

void conf_parse(struct conf *conf, const char *path, struct report *report)
{
	struct source source = { .path = path, .report = report };
	const char *unread;
	char *text = contents(path, &unread), why[WHY];
	econf_file *file = NULL;
	struct place at;
	econf_err error;

	if (!text) {
		complain(&source, NULL, unread);
		return;
	}
	if (!lines_scan(&source.lines, text, &at, why)) {
		complain(&source, &at, why);
	} else {
		error = econf_readFile(&file, path, "=", "#");
		if (error)
			syntax_error(&source, error);
		else
			take_file(conf, &source, file);
		econf_freeFile(file);
	}
	lines_free(&source.lines);
	free(text);
}

void conf_check(const struct conf *conf, struct report *report)
{
	char why[WHY];

	if (!match_any(&conf->match))
		report_add(report, STATUS_USAGE,
			   "%s: [PF] has no Match...=, so it is not clear for which PFs it is",
			   conf->path);
	if (!wish_check(&conf->wish, why))
		report_add(report, STATUS_USAGE, "%s: %s", conf->path, why);
}
