// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"
#include "uevent.h"
#include "watch.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LACK		384
#define LONGEST_SLEEP	100	/* ms: not all that is waited for sends an event */

void watch_begin(struct watch *watch)
{
	watch->uevents = uevent_open();
	kmsg_open(&watch->kmsg);
}

void watch_end(struct watch *watch)
{
	if (watch->uevents >= 0)
		close(watch->uevents);
	kmsg_close(&watch->kmsg);
}

void watch_next(const struct watch *watch, const struct deadline *deadline)
{
	struct pollfd ready = { .fd = watch->uevents, .events = POLLIN };
	int left = deadline_left(deadline);
	struct uevent event;

	poll(&ready, 1, left < LONGEST_SLEEP ? left : LONGEST_SLEEP);
	while (watch->uevents >= 0 && uevent_receive(watch->uevents, false, &event) > 0)
		;
}

/* udev has named an interface when it has marked it as initialized, with "I:" */
static bool named(const struct vf *vf, const char *interface)
{
	char text[BDF_TEXT], *index, *data;
	bool is;

	index = file_read("/sys/bus/pci/devices/%s/net/%s/ifindex", bdf_text(&vf->bdf, text),
			  interface);
	data = index ? file_read("/run/udev/data/n%s", index) : NULL;
	is = data && (!strncmp(data, "I:", 2) || strstr(data, "\nI:"));
	free(index);
	free(data);
	return is;
}

static bool unnamed(const struct vf *vf, char lack[LACK])
{
	size_t i;

	if (!file_exists("/run/udev/control"))
		return false;	/* udev does not run */
	for (i = 0; i < vf->net.count; i++) {
		if (named(vf, vf->net.name[i]))
			continue;
		snprintf(lack, LACK, "udev has not handled its network interface %s",
			 vf->net.name[i]);
		return true;
	}
	return false;
}

static bool lacks(const struct pf *pf, const struct vf *vf, const struct wish *wish,
		  char lack[LACK])
{
	const char *missing = vf_missing(pf, vf);

	if (missing) {
		snprintf(lack, LACK, "it %s", missing);
		return true;
	}
	if (!vf->present)
		return false;	/* it is offline or away */
	if (wish && vf->id < wish->vfs && (wish->vf[vf->id].wanted & WANT_DRIVER) &&
	    strcmp(vf->driver, wish->vf[vf->id].driver)) {
		snprintf(lack, LACK, "it is not bound to %s", wish->vf[vf->id].driver);
		return true;
	}
	return unnamed(vf, lack);
}

struct tally {
	unsigned int waiting;	/* VFs that may still become usable */
	unsigned int failed;
};

static void judge(struct watch *watch, const struct pf *pf, const struct wish *wish,
		  struct tally *tally, struct report *report)
{
	char lack[LACK], text[BDF_TEXT];
	const char *failure;
	unsigned int id;

	*tally = (struct tally){};
	for (id = 0; id < pf->vfs; id++) {
		const struct vf *vf = &pf->vf[id];

		if (!lacks(pf, vf, wish, lack))
			continue;
		failure = vf->present && !*vf->driver ? kmsg_failure(&watch->kmsg, &vf->bdf) :
							NULL;
		if (failure)
			tally->failed++;
		else
			tally->waiting++;
		if (report && !failure && vf->present)
			failure = kmsg_warning(&watch->kmsg, &vf->bdf);
		if (report)
			report_add(report, STATUS_PARTIAL, "VF %u of %s is not usable: %s%s%s",
				   id, bdf_text(&pf->bdf, text), lack, failure ? ": " : "",
				   failure ? failure : "");
	}
}

/* Returns whether this is the last word, which is in @report then. */
static bool settled(struct watch *watch, const struct pf *pf, const struct wish *wish,
		    bool last, struct report *report)
{
	struct tally tally;
	char text[BDF_TEXT];

	judge(watch, pf, wish, &tally, NULL);
	if (wish && wish->num_vfs != UNSET && wish->num_vfs != pf->num_vfs && !last)
		return false;
	if ((tally.waiting || pf->settling) && !last)
		return false;
	if (wish && wish->num_vfs != UNSET && wish->num_vfs != pf->num_vfs)
		report_add(report, STATUS_PARTIAL, "%s has %ld VFs, not %ld",
			   bdf_text(&pf->bdf, text), pf->num_vfs, wish->num_vfs);
	judge(watch, pf, wish, &tally, report);
	return true;
}

void watch_usable(struct watch *watch, const struct bdf *bdf, const struct wish *wish,
		  const struct deadline *deadline, struct report *report)
{
	struct err err;
	struct pf pf;
	bool done;

	do {
		bool last = !deadline_left(deadline);

		if (snapshot_read(bdf, &pf, &err)) {
			report_err(report, &err);
			snapshot_free(&pf);
			return;
		}
		done = settled(watch, &pf, wish, last, report);
		snapshot_free(&pf);
		if (!done)
			watch_next(watch, deadline);
	} while (!done);
}
