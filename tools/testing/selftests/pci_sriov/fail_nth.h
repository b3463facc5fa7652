/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocations of the calling thread that fail, one at a time.  This needs a kernel with
 * CONFIG_FAULT_INJECTION, CONFIG_FAILSLAB and CONFIG_FAULT_INJECTION_DEBUG_FS.
 */
#ifndef PCI_SRIOV_FAIL_NTH_H
#define PCI_SRIOV_FAIL_NTH_H

#include <stdbool.h>

/* Sets the kernel up; false if it cannot do this.  Call fail_nth_off() in any case. */
bool fail_nth_on(void);
void fail_nth_off(void);

/* From now on the @n-th allocation fails.  Returns a file, or a negative errno. */
int fail_nth_begin(int n);

/* Ends that, and closes the file.  Did an allocation fail? */
bool fail_nth_end(int file);

#endif
