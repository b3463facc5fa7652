// SPDX-License-Identifier: GPL-2.0-only
/* list and status: what sysfs shows now */
#include "cmd.h"
#include "json.h"
#include "report.h"
#include "snapshot.h"

#include <stdio.h>
#include <stdlib.h>

static const char *or_dash(const char *text)
{
	return *text ? text : "-";
}

static const char *yes_no(long value)
{
	return value == ABSENT ? "-" : value ? "yes" : "no";
}

/* What hardware was given: the kernel shows it if it can differ from NumVFs. */
static long hardware(const struct pf *pf)
{
	return pf->num_vfs && pf->hw_num_vfs > 0 ? pf->hw_num_vfs : pf->num_vfs;
}

static void print_pf(const struct pf *pf)
{
	char text[BDF_TEXT], *net = names_text(&pf->net);

	printf("%-13s  %4s:%-4s  %-16s  %5ld  %5ld  %8ld  %-9s  %s\n", bdf_text(&pf->bdf, text),
	       pf->vendor, pf->device, or_dash(pf->driver), pf->num_vfs, pf->total_vfs,
	       hardware(pf), yes_no(pf->autoprobe), net);
	free(net);
}

static void print_pf_head(void)
{
	printf("%-13s  %-9s  %-16s  %5s  %5s  %8s  %-9s  %s\n", "PF", "ID", "DRIVER", "VFS",
	       "TOTAL", "HARDWARE", "AUTOPROBE", "NET");
}

static void print_vf(const struct vf *vf)
{
	char text[BDF_TEXT], *net = names_text(&vf->net), *nodes = names_text(&vf->nodes);

	if (vf->present)
		printf("  %4u  %-13s  %-16s  %-5s  %4zu  %-12s  %-20s  %s\n", vf->id,
		       bdf_text(&vf->bdf, text), or_dash(vf->driver), or_dash(vf->group),
		       vf->vectors, net, nodes, or_dash(vf->holder));
	else
		printf("  %4u  %s\n", vf->id, vf->offline ? "offline" :
		       vf->away ? "not here: it migrates" : "-");
	free(net);
	free(nodes);
}

static void print_status(const struct pf *pf)
{
	char text[BDF_TEXT];
	const char *missing;
	unsigned int id;

	print_pf_head();
	print_pf(pf);
	if (pf->settling)
		puts("  its VFs are being added or removed");
	if (pf->vfs)
		printf("  %4s  %-13s  %-16s  %-5s  %4s  %-12s  %-20s  %s\n", "VF", "ADDRESS",
		       "DRIVER", "GROUP", "IRQS", "NET", "NODES", "IN USE BY");
	for (id = 0; id < pf->vfs; id++)
		print_vf(&pf->vf[id]);
	for (id = 0; id < pf->vfs; id++) {
		missing = vf_missing(pf, &pf->vf[id]);
		if (missing)
			printf("  VF %u of %s %s\n", id, bdf_text(&pf->bdf, text), missing);
	}
}

static void print_list(const struct pf *pf, size_t count)
{
	size_t i;

	print_pf_head();
	for (i = 0; i < count; i++)
		print_pf(&pf[i]);
}

static void print_all(const struct pf *pf, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (i)
			putchar('\n');
		print_status(&pf[i]);
	}
}

/* A PF that was removed since it was found is left out. */
static struct pf *read_all(size_t *count)
{
	struct bdf *bdf = pf_all(count);
	struct pf *pf = calloc(*count + 1, sizeof(*pf));
	size_t i, good = 0;
	struct err err;

	if (!pf)
		abort();
	for (i = 0; i < *count; i++) {
		if (!snapshot_read(&bdf[i], &pf[good], &err))
			good++;
		else
			snapshot_free(&pf[good]);
	}
	free(bdf);
	*count = good;
	return pf;
}

static struct pf *read_one(const char *name, struct err *err)
{
	struct pf *pf = calloc(1, sizeof(*pf));
	struct bdf bdf;

	if (!pf)
		abort();
	if (!pf_find(name, &bdf, err) && !snapshot_read(&bdf, pf, err))
		return pf;
	snapshot_free(pf);
	free(pf);
	return NULL;
}

static enum status show(const struct options *options, const char *name,
			void (*print)(const struct pf *pf, size_t count))
{
	struct report report = {};
	struct err err;
	size_t count = 1, i;
	struct pf *pf;

	pf = name ? read_one(name, &err) : read_all(&count);
	if (!pf) {
		report_err(&report, &err);
		return report_end(&report);
	}
	if (options->json)
		json_print(pf, count);
	else
		print(pf, count);
	for (i = 0; i < count; i++)
		snapshot_free(&pf[i]);
	free(pf);
	return report_end(&report);
}

enum status cmd_list(const struct options *options, char **argument, int arguments)
{
	(void)argument;
	(void)arguments;
	return show(options, NULL, print_list);
}

enum status cmd_status(const struct options *options, char **argument, int arguments)
{
	return show(options, arguments ? argument[0] : NULL, print_all);
}
