// SPDX-License-Identifier: GPL-2.0-only
/* explain: why a PF has no VFs, or what its VFs lack, and what to do about it */
#include "check.h"
#include "cmd.h"
#include "conf.h"
#include "snapshot.h"

#include <stdio.h>
#include <stdlib.h>

#define NOT_PROBED \
	"VF %u has no driver, because drivers are not probed: sriovctl set %s --vf %u:driver=...\n"

/* The findings are the answer here, not errors. */
static void print_remarks(struct report *report)
{
	size_t i;

	for (i = 0; i < report->remarks; i++) {
		printf("%s\n", report->remark[i].text);
		free(report->remark[i].text);
	}
	free(report->remark);
	*report = (struct report){};
}

static void explain_conf(const struct pf *pf)
{
	char text[BDF_TEXT];
	struct report report = {};
	struct confs confs = {};
	const struct conf *conf;

	confs_read(&confs, &report);
	if (report.status != STATUS_DONE) {
		puts("the configuration is not applied because it has errors:");
		print_remarks(&report);
		confs_free(&confs);
		return;
	}
	conf = confs_find(&confs, &pf->bdf);
	bdf_text(&pf->bdf, text);
	if (!conf)
		printf("no configuration in /etc/sriov or /usr/lib/sriov is for %s\n", text);
	else if (conf->wish.num_vfs == UNSET)
		printf("%s is for %s, but does not set NumVFs\n", conf->path, text);
	else if (conf->wish.num_vfs != pf->num_vfs)
		printf("%s is for %s, with NumVFs=%ld: sriovctl apply %s\n", conf->path, text,
		       conf->wish.num_vfs, text);
	else
		printf("%s is for %s, with the same number\n", conf->path, text);
	confs_free(&confs);
}

static void explain_none(const struct pf *pf)
{
	struct report report = {};
	char text[BDF_TEXT];

	bdf_text(&pf->bdf, text);
	printf("%s has no VFs\n", text);
	check_enable(pf, 1, &report);
	if (report.status == STATUS_DONE)
		printf("nothing prevents them: sriovctl set %s --numvfs N, with N up to %ld\n",
		       text, pf->total_vfs);
	print_remarks(&report);
}

static void explain_some(const struct pf *pf)
{
	char text[BDF_TEXT];
	const char *missing;
	unsigned int id;

	printf("%s has %ld VFs\n", bdf_text(&pf->bdf, text), pf->num_vfs);
	for (id = 0; id < pf->vfs; id++) {
		const struct vf *vf = &pf->vf[id];

		missing = vf_missing(pf, vf);
		if (missing)
			printf("VF %u %s\n", id, missing);
		else if (vf->offline)
			printf("VF %u is offline: sriovctl online %s %u\n", id, text, id);
		else if (vf->present && !*vf->driver)
			printf(NOT_PROBED, id, text, id);
	}
}

enum status cmd_explain(const struct options *options, char **argument, int arguments)
{
	struct report report = {};
	struct bdf bdf;
	struct err err;
	struct pf pf;

	(void)options;
	(void)arguments;
	if (pf_find(argument[0], &bdf, &err)) {
		report_err(&report, &err);
		return report_end(&report);
	}
	if (snapshot_read(&bdf, &pf, &err)) {
		report_err(&report, &err);
	} else {
		if (pf.num_vfs)
			explain_some(&pf);
		else
			explain_none(&pf);
		explain_conf(&pf);
	}
	snapshot_free(&pf);
	return report_end(&report);
}
