/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes to bind and unbind that may never return: a driver can keep its function without
 * end, and the kernel then waits where no signal ends it.  So a process of its own makes
 * the write.  It holds a lock on a file of /run/pcislot as long as it lasts.
 */
#ifndef PCISLOT_PATIENT_H
#define PCISLOT_PATIENT_H

#include "bdf.h"

/*
 * patient_write - write the address of @bdf to @name of @driver.  Returns 0, an errno of
 * the write, ETIMEDOUT if it has not returned after @seconds, EINTR if a signal came first,
 * or EALREADY if an earlier one has not returned yet.
 */
int patient_write(const char *driver, const char *name, const struct bdf *bdf,
		  unsigned int seconds);

/* patient_waits - whether a write for @bdf has not returned yet */
bool patient_waits(const struct bdf *bdf);

#endif
