/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Suspend and resume, in the kernel's own test mode: it goes through all that it
 * does to devices, and comes back without having slept.
 */
#ifndef PCI_SRIOV_SUSPEND_H
#define PCI_SRIOV_SUSPEND_H

#include <stdbool.h>

#define NO_PM_TEST	"the kernel has no CONFIG_PM_DEBUG"

bool can_suspend(void);

/* With so many seconds, a busy loop, in the middle; 0 or negative errno. */
int suspend_and_resume(unsigned int seconds);

#endif
