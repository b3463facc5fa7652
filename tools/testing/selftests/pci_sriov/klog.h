/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's log. */
#ifndef PCI_SRIOV_KLOG_H
#define PCI_SRIOV_KLOG_H

#include <stdbool.h>

/*
 * The number of lines that contain both texts.  @find searches for the second: strstr(),
 * or strcasestr() to ignore case.
 */
int klog_count(const char *name, const char *text,
	       char *(*find)(const char *line, const char *text));

/* Whether there is such a line. */
bool klog_has(const char *name, const char *text,
	      char *(*find)(const char *line, const char *text));

#endif
