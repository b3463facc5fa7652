// SPDX-License-Identifier: GPL-2.0-only
#include "check.h"
#include "msix.h"
#include "net.h"
#include "plan.h"
#include "use.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct step *add(struct plan *plan, enum step_kind kind)
{
	struct step *more = reallocarray(plan->step, plan->steps + 1, sizeof(*more));

	if (!more)
		abort();
	plan->step = more;
	more += plan->steps++;
	memset(more, 0, sizeof(*more));
	more->kind = kind;
	return more;
}

static void set_value(struct step *step, const char *value)
{
	snprintf(step->value, sizeof(step->value), "%s", value);
}

static void add_pf(struct plan *plan, enum step_kind kind, const char *file, long value,
		   long before)
{
	struct step *step = add(plan, kind);

	step->file = file;
	snprintf(step->value, sizeof(step->value), "%ld", value);
	snprintf(step->before, sizeof(step->before), "%ld", before);
}

static struct step *add_vf(struct plan *plan, enum step_kind kind, unsigned int vf)
{
	struct step *step = add(plan, kind);

	step->vf = vf;
	return step;
}

/* A new number of VFs that this core can set without removing the VFs that stay */
static bool resizable(const struct plan *plan)
{
	const struct pf *now = &plan->now;

	return now->hw_num_vfs > 0 && plan->num_vfs > 0 && plan->num_vfs <= now->hw_num_vfs;
}

static bool hw_changes(const struct plan *plan)
{
	return plan->wish->hw_num_vfs != UNSET && plan->now.hw_num_vfs != ABSENT &&
	       plan->wish->hw_num_vfs != plan->now.hw_num_vfs;
}

/* Whether VF @id is made by this plan, instead of existing now */
static bool fresh(const struct plan *plan, unsigned int id)
{
	return plan->renewed || id >= plan->now.num_vfs;
}

static const struct vf_wish *wish_of(const struct plan *plan, unsigned int id)
{
	static const struct vf_wish none;

	return id < plan->wish->vfs ? &plan->wish->vf[id] : &none;
}

/* Programs that use the VF would lose it. */
static void check_unused(const struct plan *plan, unsigned int id, const char *change, bool force,
			 struct report *report)
{
	const struct vf *vf = id < plan->now.vfs ? &plan->now.vf[id] : NULL;
	char why[USE_TEXT], text[BDF_TEXT];

	if (!vf || !vf->present)
		return;
	bdf_text(&plan->now.bdf, text);
	if (*vf->holder)
		snprintf(why, sizeof(why), "%s has it", vf->holder);
	else if (!use_of(&vf->bdf, why))
		return;
	if (force)
		report_note(report, "VF %u of %s is %s although %s", id, text, change, why);
	else
		report_add(report, STATUS_REFUSED,
			   "VF %u of %s is in use: %s; with --force it is %s all the same",
			   id, text, why, change);
}

static void check_removed(const struct plan *plan, bool force, struct report *report)
{
	unsigned int id = plan->renewed ? 0 : plan->num_vfs;

	if (!plan->renewed && plan->num_vfs >= plan->now.num_vfs)
		return;
	for (; id < plan->now.vfs; id++)
		check_unused(plan, id, "removed", force, report);
}

static void check_new_files(const struct plan *plan, struct report *report)
{
	const struct pf *now = &plan->now;

	if (plan->wish->hw_num_vfs > 0 && now->hw_num_vfs == ABSENT)
		report_note(report,
			    "this kernel has no sriov_hw_numvfs: hardware is given as many VFs as are enabled");
	if (plan->wish->parallel_probe > 0 && now->parallel_probe == ABSENT)
		report_note(report,
			    "this kernel has no sriov_drivers_parallel_probe: VFs are probed one after the other");
	if (plan->wish->autoprobe != UNSET && now->autoprobe == ABSENT)
		report_add(report, STATUS_REFUSED, "this kernel has no sriov_drivers_autoprobe");
}

static void check_vfs(const struct plan *plan, struct report *report)
{
	const struct wish *wish = plan->wish;
	char text[BDF_TEXT];
	bool vfio = false;
	unsigned int id;

	if (wish->vfs > plan->num_vfs)
		report_add(report, STATUS_REFUSED,
			   "VF %u has settings, but %s has %ld VFs then",
			   wish->vfs - 1, bdf_text(&plan->now.bdf, text), plan->num_vfs);
	for (id = 0; id < wish->vfs; id++)
		if ((wish->vf[id].wanted & WANT_DRIVER) && strstr(wish->vf[id].driver, "vfio"))
			vfio = true;
	if (vfio)
		check_vfio(&plan->now, report);
}

static void plan_modules(struct plan *plan)
{
	struct names loaded = {};
	unsigned int id;

	for (id = 0; id < plan->wish->vfs; id++) {
		const struct vf_wish *wish = &plan->wish->vf[id];

		if (!(wish->wanted & WANT_DRIVER) || sysfs_driver_exists(wish->driver) ||
		    names_has(&loaded, wish->driver))
			continue;
		names_add(&loaded, wish->driver);
		set_value(add(plan, STEP_LOAD), wish->driver);
	}
	names_free(&loaded);
}

/*
 * A new VF with settings must have no driver until these are made: MSI-X vectors can
 * be given only then, and drivers read the MAC address when they are bound.
 */
static bool probes_late(const struct plan *plan)
{
	long id;

	for (id = 0; id < plan->wish->vfs && id < plan->num_vfs; id++)
		if (fresh(plan, id) && plan->wish->vf[id].wanted)
			return true;
	return false;
}

static void plan_pf(struct plan *plan, long autoprobe)
{
	const struct wish *wish = plan->wish;
	const struct pf *now = &plan->now;
	long num_vfs = now->num_vfs;

	if (wish->parallel_probe != UNSET && now->parallel_probe != ABSENT &&
	    wish->parallel_probe != now->parallel_probe)
		add_pf(plan, STEP_PF, "sriov_drivers_parallel_probe", wish->parallel_probe,
		       now->parallel_probe);
	if (autoprobe != now->autoprobe)
		add_pf(plan, STEP_PF, "sriov_drivers_autoprobe", autoprobe, now->autoprobe);
	if (plan->renewed && num_vfs) {
		add_pf(plan, STEP_PF, "sriov_numvfs", 0, num_vfs);
		num_vfs = 0;
	}
	if (hw_changes(plan))
		add_pf(plan, STEP_PF, "sriov_hw_numvfs", wish->hw_num_vfs, now->hw_num_vfs);
	if (num_vfs != plan->num_vfs)
		add_pf(plan, STEP_PF, "sriov_numvfs", plan->num_vfs, num_vfs);
}

/* Before the VF has a driver.  Returns whether it loses the one that it has. */
static bool plan_settings(struct plan *plan, unsigned int id, bool force, struct report *report)
{
	const struct vf_wish *wish = wish_of(plan, id);
	const struct vf *vf = fresh(plan, id) ? NULL : &plan->now.vf[id];
	unsigned int net = wish->wanted & WANT_NET;
	struct err err;

	if (net && net_differs(&plan->now, vf, id, wish, &net, &err))
		report_err(report, &err);
	if (net)
		add_vf(plan, STEP_NET, id)->wanted = net;
	if (!(wish->wanted & WANT_MSIX) || (vf && msix_size(&vf->bdf) == wish->msix))
		return false;
	if (vf && *vf->driver) {
		check_unused(plan, id, "taken from its driver", force, report);
		add_vf(plan, STEP_UNBIND, id);
	}
	snprintf(add_vf(plan, STEP_MSIX, id)->value, DRIVER_NAME, "%u", wish->msix);
	return vf && *vf->driver;
}

static void plan_driver(struct plan *plan, unsigned int id, bool unbound, bool late, bool probe,
			bool force, struct report *report)
{
	const struct vf_wish *wish = wish_of(plan, id);
	const struct vf *vf = fresh(plan, id) ? NULL : &plan->now.vf[id];

	if (wish->wanted & WANT_DRIVER) {
		if (vf && !unbound && !strcmp(vf->driver, wish->driver))
			return;
		if (vf && !unbound && *vf->driver)
			check_unused(plan, id, "taken from its driver", force, report);
		set_value(add_vf(plan, STEP_DRIVER, id), wish->driver);
	} else if (unbound || (!vf && late && probe)) {
		add_vf(plan, STEP_PROBE, id);
	}
}

static void plan_vfs(struct plan *plan, long early, long autoprobe, bool force,
		     struct report *report)
{
	bool *unbound = calloc(plan->num_vfs + 1, sizeof(*unbound));
	long id;

	if (!unbound)
		abort();
	for (id = 0; id < plan->num_vfs && id < plan->wish->vfs; id++)
		if (fresh(plan, id) || plan->now.vf[id].present)
			unbound[id] = plan_settings(plan, id, force, report);
	if (early != autoprobe)
		add_pf(plan, STEP_LATE, "sriov_drivers_autoprobe", autoprobe, early);
	for (id = 0; id < plan->num_vfs; id++)
		if (fresh(plan, id) || plan->now.vf[id].present)
			plan_driver(plan, id, unbound[id], early != autoprobe, autoprobe, force,
				    report);
	free(unbound);
}

void plan_make(struct plan *plan, const struct bdf *pf, const struct wish *wish, bool force,
	       struct report *report)
{
	long autoprobe, early;
	struct err err;

	*plan = (struct plan){ .wish = wish };
	if (snapshot_read(pf, &plan->now, &err)) {
		report_err(report, &err);
		return;
	}
	plan->num_vfs = wish->num_vfs == UNSET ? plan->now.num_vfs : wish->num_vfs;
	plan->renewed = plan->num_vfs != plan->now.num_vfs ? !resizable(plan) : false;
	plan->renewed = plan->renewed || hw_changes(plan) || !plan->num_vfs;
	if (plan->num_vfs != plan->now.num_vfs)
		check_enable(&plan->now, plan->num_vfs, report);
	check_new_files(plan, report);
	check_vfs(plan, report);
	check_removed(plan, force, report);
	autoprobe = wish->autoprobe == UNSET ? plan->now.autoprobe : wish->autoprobe;
	early = probes_late(plan) ? 0 : autoprobe;
	plan_modules(plan);
	plan_pf(plan, early);
	plan_vfs(plan, early, autoprobe, force, report);
}

void plan_print(const struct plan *plan)
{
	char pf[BDF_TEXT], *text;
	size_t i;

	bdf_text(&plan->now.bdf, pf);
	if (!plan->steps)
		printf("%s: nothing to do\n", pf);
	for (i = 0; i < plan->steps; i++) {
		text = step_text(&plan->step[i], plan->wish);
		printf("%s: %s\n", pf, text);
		free(text);
	}
}

/* VFs that are made again must be bound to drivers as they were before. */
static bool undone_first(const struct step *step)
{
	return !strcmp(step->file, "sriov_drivers_autoprobe");
}

/* Undo the steps of the PF before @steps, the last one first, of one of both kinds. */
static bool undo_some(const struct plan *plan, size_t steps, bool first,
		      const struct deadline *deadline, struct report *report)
{
	struct err err;

	while (steps--) {
		struct step back = plan->step[steps];

		if (back.kind != STEP_PF || undone_first(&back) != first)
			continue;
		memcpy(back.value, back.before, sizeof(back.value));
		if (!step_take(&back, &plan->now.bdf, plan->wish, deadline, &err))
			continue;
		report_add(report, STATUS_LEFT, "while undoing: %s", err.text);
		report->status = STATUS_LEFT;
		return false;
	}
	return true;
}

static void undo(const struct plan *plan, size_t steps, const struct deadline *deadline,
		 struct report *report)
{
	if (undo_some(plan, steps, true, deadline, report))
		undo_some(plan, steps, false, deadline, report);
}

/* Returns the number of steps taken; after that VFs are changed. */
static size_t run_pf(const struct plan *plan, const struct deadline *deadline,
		     struct report *report)
{
	struct err err;
	size_t i;

	for (i = 0; i < plan->steps && !step_of_vf(&plan->step[i]) &&
	     plan->step[i].kind != STEP_LATE; i++) {
		if (!step_take(&plan->step[i], &plan->now.bdf, plan->wish, deadline, &err))
			continue;
		report_err(report, &err);
		if (err.status != STATUS_BLOCKED)
			undo(plan, i, deadline, report);
		return plan->steps;
	}
	return i;
}

static void run_vf(const struct plan *plan, const struct step *step, bool *failed,
		   const struct deadline *deadline, struct report *report)
{
	char text[BDF_TEXT];
	struct err err;

	if (step_of_vf(step) && failed[step->vf])
		return;
	if (!step_take(step, &plan->now.bdf, plan->wish, deadline, &err))
		return;
	if (!step_of_vf(step)) {
		report_add(report, STATUS_LEFT, "%s", err.text);
		return;
	}
	failed[step->vf] = true;
	report_add(report, err.status == STATUS_BLOCKED ? STATUS_BLOCKED : STATUS_PARTIAL,
		   "VF %u of %s: %s", step->vf, bdf_text(&plan->now.bdf, text), err.text);
}

void plan_run(const struct plan *plan, const struct deadline *deadline, struct report *report)
{
	bool *failed = calloc(plan->num_vfs + 1, sizeof(*failed));
	size_t i;

	if (!failed)
		abort();
	for (i = run_pf(plan, deadline, report); i < plan->steps && deadline_left(deadline); i++)
		run_vf(plan, &plan->step[i], failed, deadline, report);
	if (i < plan->steps)
		report_add(report, STATUS_BLOCKED, "%zu of %zu steps were not taken in %u s",
			   plan->steps - i, plan->steps, deadline->seconds);
	free(failed);
}

void plan_free(struct plan *plan)
{
	snapshot_free(&plan->now);
	free(plan->step);
	plan->step = NULL;
	plan->steps = 0;
}
