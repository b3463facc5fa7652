/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Waits until VFs are usable: each has its device and links, the driver that it should
 * have, and network interfaces that udev has named.
 */
#ifndef SRIOVCTL_WATCH_H
#define SRIOVCTL_WATCH_H

#include "deadline.h"
#include "kmsg.h"
#include "report.h"
#include "snapshot.h"
#include "wish.h"

struct watch {
	int uevents;
	struct kmsg kmsg;
};

/* watch_begin - before VFs are made, so that no event is missed */
void watch_begin(struct watch *watch);
void watch_end(struct watch *watch);

/* watch_next - sleep until something may have changed, at most until the deadline */
void watch_next(const struct watch *watch, const struct deadline *deadline);

/*
 * watch_usable - wait for all VFs of a PF.  VFs that are not usable by the deadline,
 * or whose driver has failed, are reported by number, and why.
 */
void watch_usable(struct watch *watch, const struct bdf *pf, const struct wish *wish,
		  const struct deadline *deadline, struct report *report);

#endif
