// SPDX-License-Identifier: GPL-2.0-only
/* set, and plan with options: one PF, as the command line wants it */
#include "cmd.h"
#include "conf.h"
#include "lock.h"
#include "plan.h"
#include "undo.h"
#include "watch.h"

#include <stdio.h>
#include <unistd.h>

/*
 * VFs that were removed, and made again because the plan failed, have no settings any
 * more.  These are in the file for undo.
 */
static void restore_vfs(const struct bdf *pf, const struct deadline *deadline,
			struct report *report)
{
	struct report again = {};
	char path[ROOT_PATH];
	struct conf conf = {};
	struct plan plan;

	undo_path(path, pf);
	wish_init(&conf.wish);
	conf_parse(&conf, path, &again);
	plan_make(&plan, pf, &conf.wish, true, &again);
	if (again.status == STATUS_DONE)
		plan_run(&plan, deadline, &again);
	plan_free(&plan);
	wish_free(&conf.wish);
	match_free(&conf.match);
	if (report_end(&again) != STATUS_DONE)
		report->status = STATUS_LEFT;
}

static void run(const struct plan *plan, const struct bdf *pf, const struct deadline *deadline,
		struct report *report)
{
	plan_run(plan, deadline, report);
	if (report->status == STATUS_FAILED && plan->renewed && plan->now.num_vfs)
		restore_vfs(pf, deadline, report);
}

/* Under the PF's lock */
static void change(const struct bdf *pf, const struct wish *wish, const struct options *options,
		   const struct deadline *deadline, struct report *report)
{
	const char *message;
	struct watch watch;
	struct plan plan;
	struct err err;

	watch_begin(&watch);
	plan_make(&plan, pf, wish, options->force, report);
	if (report->status == STATUS_DONE && plan.steps && undo_save(&plan, &err))
		report_err(report, &err);
	if (report->status == STATUS_DONE)
		run(&plan, pf, deadline, report);
	plan_free(&plan);
	message = report->status == STATUS_FAILED ? kmsg_warning(&watch.kmsg, pf) : NULL;
	if (message)
		report_note(report, "the kernel has logged: %s", message);
	if (options->wait && report->status == STATUS_DONE)
		watch_usable(&watch, pf, wish, deadline, report);
	watch_end(&watch);
}

enum status cmd_carry_out(const struct bdf *pf, const struct wish *wish,
			  const struct options *options)
{
	struct deadline deadline = deadline_in(options->timeout);
	struct report report = {};
	struct err err;
	int lock = lock_pf(pf, &deadline, &err);

	if (lock < 0) {
		report_err(&report, &err);
		return report_end(&report);
	}
	change(pf, wish, options, &deadline, &report);
	close(lock);
	return report_end(&report);
}

enum status cmd_show_plan(const struct bdf *pf, const struct wish *wish,
			  const struct options *options)
{
	struct report report = {};
	struct plan plan;

	plan_make(&plan, pf, wish, options->force, &report);
	if (report.status == STATUS_DONE)
		plan_print(&plan);
	plan_free(&plan);
	return report_end(&report);
}

enum status cmd_set(const struct options *options, char **argument, int arguments)
{
	struct report report = {};
	struct bdf pf;
	struct err err;
	char why[WHY];

	(void)arguments;
	if (!wish_check(&options->wish, why))
		report_add(&report, STATUS_USAGE, "%s", why);
	else if (pf_find(argument[0], &pf, &err))
		report_err(&report, &err);
	if (report.status != STATUS_DONE)
		return report_end(&report);
	return options->only_check ? cmd_show_plan(&pf, &options->wish, options) :
				     cmd_carry_out(&pf, &options->wish, options);
}

enum status cmd_plan(const struct options *options, char **argument, int arguments)
{
	struct options planning = *options;

	planning.only_check = true;
	if (!options->wished)
		return cmd_apply(&planning, argument, arguments);
	if (arguments != 1) {
		fputs("sriovctl: plan with settings is for one PF; see sriovctl --help\n", stderr);
		return STATUS_USAGE;
	}
	return cmd_set(&planning, argument, arguments);
}
