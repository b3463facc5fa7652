// SPDX-License-Identifier: GPL-2.0-only
/* online and offline: single VFs, while the other VFs of the PF stay */
#include "cmd.h"
#include "lock.h"
#include "snapshot.h"
#include "use.h"
#include "write.h"

#include <stdio.h>
#include <unistd.h>

struct change {
	struct pf pf;
	bool online;
	const struct options *options;
	struct deadline deadline;
	struct report *report;
};

/* Whether taking the VF offline would take it from a program */
static bool in_use(const struct vf *vf, char why[USE_TEXT])
{
	if (!vf->present)
		return false;
	if (*vf->holder) {
		snprintf(why, USE_TEXT, "%s has it", vf->holder);
		return true;
	}
	return use_of(&vf->bdf, why);
}

static void check_one(const struct change *change, unsigned int id)
{
	char why[USE_TEXT], text[BDF_TEXT];

	if (id >= change->pf.num_vfs)
		report_add(change->report, STATUS_REFUSED,
			   "%s has %ld VFs, so VF %u does not exist",
			   bdf_text(&change->pf.bdf, text), change->pf.num_vfs, id);
	else if (!change->online && !change->options->force && in_use(&change->pf.vf[id], why))
		report_add(change->report, STATUS_REFUSED,
			   "VF %u of %s is in use: %s; with --force it is taken offline all the same",
			   id, bdf_text(&change->pf.bdf, text), why);
}

static void take_one(const struct change *change, unsigned int id)
{
	char number[16], text[BDF_TEXT];
	struct err err;

	if (change->pf.vf[id].present == change->online)
		return;
	if (!deadline_left(&change->deadline)) {
		report_add(change->report, STATUS_BLOCKED, "VF %u of %s was not reached in %u s",
			   id, bdf_text(&change->pf.bdf, text), change->deadline.seconds);
		return;
	}
	snprintf(number, sizeof(number), "%u", id);
	if (write_function(&change->pf.bdf, change->online ? "sriov_vf_online" :
			   "sriov_vf_offline", number, &change->deadline, &err))
		report_add(change->report,
			   err.status == STATUS_BLOCKED ? STATUS_BLOCKED : STATUS_PARTIAL,
			   "VF %u of %s: %s", id, bdf_text(&change->pf.bdf, text), err.text);
}

static void each(const struct change *change, char **argument, int arguments,
		 void (*what)(const struct change *change, unsigned int id))
{
	unsigned int first, last;
	int i;

	for (i = 0; i < arguments; i++) {
		if (wish_range(argument[i], &first, &last))
			for (; first <= last; first++)
				what(change, first);
		else
			report_add(change->report, STATUS_USAGE,
				   "\"%s\" is neither the number of a VF nor a range", argument[i]);
		if (what == check_one && change->report->status != STATUS_DONE)
			return;
	}
}

/* All VFs are checked before the first one is changed. */
static void run(struct change *change, const struct bdf *pf, char **argument, int arguments)
{
	char text[BDF_TEXT];
	struct err err;

	if (snapshot_read(pf, &change->pf, &err))
		report_err(change->report, &err);
	else if (!sysfs_has(pf, "sriov_vf_offline"))
		report_add(change->report, STATUS_REFUSED,
			   "this kernel cannot take single VFs of %s offline or online",
			   bdf_text(pf, text));
	else
		each(change, argument, arguments, check_one);
	if (change->report->status == STATUS_DONE)
		each(change, argument, arguments, take_one);
	snapshot_free(&change->pf);
}

static enum status set_online(const struct options *options, char **argument, int arguments,
			      bool online)
{
	struct report report = {};
	struct change change = { .online = online, .options = options, .report = &report,
				 .deadline = deadline_in(options->timeout) };
	struct err err;
	struct bdf pf;
	int lock;

	if (pf_find(argument[0], &pf, &err)) {
		report_err(&report, &err);
		return report_end(&report);
	}
	lock = lock_pf(&pf, &change.deadline, &err);
	if (lock < 0) {
		report_err(&report, &err);
		return report_end(&report);
	}
	run(&change, &pf, argument + 1, arguments - 1);
	close(lock);
	return report_end(&report);
}

enum status cmd_online(const struct options *options, char **argument, int arguments)
{
	return set_online(options, argument, arguments, true);
}

enum status cmd_offline(const struct options *options, char **argument, int arguments)
{
	return set_online(options, argument, arguments, false);
}
