/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's log. */
#ifndef PCI_SRIOV_KLOG_H
#define PCI_SRIOV_KLOG_H

#include <stdbool.h>

/*
 * How many lines have both of these?  @find finds the text: strstr(), or
 * strcasestr() where upper and lower case are the same.
 */
int klog_count(const char *name, const char *text,
	       char *(*find)(const char *line, const char *text));

/* Is there one? */
bool klog_has(const char *name, const char *text,
	      char *(*find)(const char *line, const char *text));

#endif
