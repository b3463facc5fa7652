/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Suspend and resume, to RAM and to disk, in the kernel's test modes: the kernel suspends
 * all devices and resumes them without entering a sleep state.
 */
#ifndef PCI_SRIOV_SUSPEND_H
#define PCI_SRIOV_SUSPEND_H

#include <stdbool.h>

#define NO_PM_TEST	"the kernel has no CONFIG_PM_DEBUG"

bool can_suspend(void);

/* Suspends, waits @seconds in a busy loop, and resumes; 0 or negative errno. */
int suspend_and_resume(unsigned int seconds);

#define NO_HIBERNATION	"the kernel has no CONFIG_HIBERNATION"

bool can_hibernate(void);

/*
 * Writes an image of memory into a RAM disk, reads it and restores memory and devices
 * from it, all without switching the machine off; 0 or negative errno.
 */
int hibernate_and_resume(void);

#endif
