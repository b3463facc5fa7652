// SPDX-License-Identifier: GPL-2.0-only
/* apply, and plan without settings: PFs as the configuration wants them; undo */
#include "cmd.h"
#include "conf.h"
#include "snapshot.h"
#include "undo.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void one_pf(const struct confs *confs, const struct bdf *pf, bool named,
		   const struct options *options, struct report *report)
{
	const struct conf *conf = confs_find(confs, pf);
	struct options waiting = *options;
	char text[BDF_TEXT];
	enum status status;

	if (!conf) {
		if (named)
			report_note(report, "no configuration is for %s", bdf_text(pf, text));
		return;
	}
	waiting.wait = true;
	status = options->only_check ? cmd_show_plan(pf, &conf->wish, options) :
				       cmd_carry_out(pf, &conf->wish, &waiting);
	if (report->status == STATUS_DONE)
		report->status = status;
}

/* The PFs of the command line, or all; one that fails does not keep the next from its VFs. */
static void some_pfs(const struct confs *confs, const struct bdf *named, size_t count,
		     const struct options *options, struct report *report)
{
	struct bdf *all = NULL;
	size_t i;

	if (!count)
		all = pf_all(&count);
	for (i = 0; i < count; i++)
		one_pf(confs, all ? &all[i] : &named[i], !all, options, report);
	free(all);
}

/* PFs of the command line are found before the first one is changed. */
static struct bdf *find_pfs(char **argument, int arguments, size_t *count, struct report *report)
{
	struct bdf *pf = calloc(arguments + 1, sizeof(*pf));
	struct err err;
	int i;

	if (!pf)
		abort();
	*count = 0;
	for (i = 0; i < arguments; i++) {
		if (strchr(argument[i], '/'))
			continue;
		if (pf_find(argument[i], &pf[*count], &err))
			report_err(report, &err);
		else
			(*count)++;
	}
	return pf;
}

/* Arguments with a "/" are files, which are read instead of all others. */
static void read_confs(struct confs *confs, char **argument, int arguments, struct report *report)
{
	bool files = false;
	int i;

	for (i = 0; i < arguments; i++) {
		if (!strchr(argument[i], '/'))
			continue;
		files = true;
		confs_add(confs, argument[i], report);
	}
	if (!files)
		confs_read(confs, report);
}

enum status cmd_apply(const struct options *options, char **argument, int arguments)
{
	struct report report = {};
	struct confs confs = {};
	struct bdf *pf;
	size_t count;

	read_confs(&confs, argument, arguments, &report);
	if (!options->check) {
		pf = find_pfs(argument, arguments, &count, &report);
		if (report.status == STATUS_DONE)
			some_pfs(&confs, pf, count, options, &report);
		free(pf);
	}
	confs_free(&confs);
	return report_end(&report);
}

/* The file is read before the PF is changed, when it is replaced: undo again is redo. */
enum status cmd_undo(const struct options *options, char **argument, int arguments)
{
	char path[ROOT_PATH], text[BDF_TEXT];
	struct report report = {};
	struct confs confs = {};
	struct bdf pf;
	struct err err;

	(void)arguments;
	if (pf_find(argument[0], &pf, &err)) {
		report_err(&report, &err);
		return report_end(&report);
	}
	undo_path(path, &pf);
	if (access(path, F_OK))
		report_add(&report, STATUS_FAILED,
			   "sriovctl has not changed %s since the system was booted",
			   bdf_text(&pf, text));
	else
		confs_add(&confs, path, &report);
	if (report.status == STATUS_DONE)
		one_pf(&confs, &pf, true, options, &report);
	confs_free(&confs);
	return report_end(&report);
}
