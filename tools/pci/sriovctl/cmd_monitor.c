// SPDX-License-Identifier: GPL-2.0-only
/* monitor: the kernel's events of PFs and VFs, one line each */
#include "cmd.h"
#include "snapshot.h"
#include "uevent.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A VF that was removed is not in sysfs any more, so VFs are remembered. */
struct known {
	struct bdf vf, pf;
	unsigned int id;
};

static struct known *known;
static size_t knowns;

static const struct known *recall(const struct bdf *vf)
{
	size_t i;

	for (i = 0; i < knowns; i++)
		if (bdf_equal(&known[i].vf, vf))
			return &known[i];
	return NULL;
}

static const struct known *remember(const struct bdf *vf, const struct bdf *pf, unsigned int id)
{
	struct known *more;

	if (recall(vf))
		return recall(vf);
	more = reallocarray(known, knowns + 1, sizeof(*more));
	if (!more)
		abort();
	known = more;
	more[knowns] = (struct known){ *vf, *pf, id };
	return &more[knowns++];
}

static void remember_all(void)
{
	size_t count, i;
	struct bdf *pf = pf_all(&count), vf;
	long id;

	for (i = 0; i < count; i++)
		for (id = 0; id < sysfs_number(&pf[i], "sriov_numvfs", 0); id++)
			if (sysfs_vf(&pf[i], id, &vf))
				remember(&vf, &pf[i], id);
	free(pf);
}

static long routing_id(const struct bdf *bdf)
{
	return bdf->bus << 8 | bdf->dev << 3 | bdf->fn;
}

/* A new VF has no link to its PF yet when its event is sent, but its address shows both. */
static const struct known *by_address(const struct bdf *vf)
{
	const struct known *found = NULL;
	size_t count, i;
	struct bdf *pf = pf_all(&count);

	for (i = 0; i < count && !found; i++) {
		long stride = sysfs_number(&pf[i], "sriov_stride", 0), id;

		id = routing_id(vf) - routing_id(&pf[i]) -
		     sysfs_number(&pf[i], "sriov_offset", 0);
		if (pf[i].segment != vf->segment || id < 0 || (id && (!stride || id % stride)))
			continue;
		id = id ? id / stride : 0;
		if (id < sysfs_number(&pf[i], "sriov_totalvfs", 0))
			found = remember(vf, &pf[i], id);
	}
	free(pf);
	return found;
}

static const struct known *vf_of(const struct bdf *bdf)
{
	struct bdf pf;
	unsigned int id;

	if (sysfs_pf(bdf, &pf, &id))
		return remember(bdf, &pf, id);
	return recall(bdf) ? recall(bdf) : by_address(bdf);
}

static void print_text(const char *action, const struct bdf *bdf, const struct known *vf,
		       const char *driver, const char *num_vfs)
{
	char text[BDF_TEXT], pf[BDF_TEXT];

	printf("%s %s", action, bdf_text(bdf, text));
	if (vf)
		printf(" VF %u of %s", vf->id, bdf_text(&vf->pf, pf));
	else
		printf(" PF");
	if (driver)
		printf(" driver=%s", driver);
	if (num_vfs)
		printf(" numvfs=%s", num_vfs);
	putchar('\n');
}

static void print_json(const char *action, const struct bdf *bdf, const struct known *vf,
		       const char *driver, const char *num_vfs)
{
	char text[BDF_TEXT], pf[BDF_TEXT];
	json_t *json;

	json = json_pack("{s:s, s:s, s:o, s:o, s:o*, s:o*}", "action", action,
			 "address", bdf_text(bdf, text),
			 "pf", json_string(bdf_text(vf ? &vf->pf : bdf, pf)),
			 "vf", vf ? json_integer(vf->id) : json_null(),
			 "driver", driver ? json_string(driver) : NULL,
			 "num_vfs", num_vfs ? json_integer(atol(num_vfs)) : NULL);
	if (!json)
		abort();
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(json);
}

static void print(const struct uevent *event, bool json)
{
	const char *action = uevent_get(event, "ACTION"), *subsystem, *name;
	const struct known *vf;
	struct bdf bdf;

	subsystem = uevent_get(event, "SUBSYSTEM");
	name = uevent_get(event, "PCI_SLOT_NAME");
	if (!action || !subsystem || strcmp(subsystem, "pci") || !name || !bdf_parse(name, &bdf))
		return;
	vf = sysfs_has(&bdf, "sriov_totalvfs") ? NULL : vf_of(&bdf);
	/* Other functions are of no interest; a PF that was removed cannot be recognized. */
	if (!vf && !sysfs_has(&bdf, "sriov_totalvfs"))
		return;
	(json ? print_json : print_text)(action, &bdf, vf, uevent_get(event, "DRIVER"),
					 uevent_get(event, "SRIOV_NUMVFS"));
	fflush(stdout);
}

enum status cmd_monitor(const struct options *options, char **argument, int arguments)
{
	static struct uevent event;
	struct report report = {};
	int fd = uevent_open(), got = -1;

	(void)argument;
	(void)arguments;
	remember_all();
	/* ENOBUFS: events were lost because they came too fast. */
	while (fd >= 0) {
		got = uevent_receive(fd, true, &event);
		if (got > 0)
			print(&event, options->json);
		else if (got < 0 && errno == ENOBUFS)
			fputs("sriovctl: some events were lost\n", stderr);
		else
			break;
	}
	if (got < 0)
		report_add(&report, STATUS_FAILED, "cannot receive the kernel's events: %s",
			   strerror(errno));
	if (fd >= 0)
		close(fd);
	free(known);
	return report_end(&report);
}
