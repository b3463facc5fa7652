/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Environment variables and the time: for tests that run for a while, or repeat an
 * operation a number of times.
 */
#ifndef PCI_SRIOV_ENVIRONMENT_H
#define PCI_SRIOV_ENVIRONMENT_H

#include <time.h>

/* The number in an environment variable. */
unsigned int environment(const char *name, unsigned int otherwise);

/* STRESS_SECONDS, if it is above 0. */
int stress_seconds(int otherwise);

/* Seconds of a monotonic clock. */
time_t now(void);

#endif
