/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the environment says, and the time: for tests that do something for a
 * while, or a number of times.
 */
#ifndef PCI_SRIOV_ENVIRONMENT_H
#define PCI_SRIOV_ENVIRONMENT_H

#include <time.h>

/* A number in the environment. */
unsigned int environment(const char *name, unsigned int otherwise);

/* STRESS_SECONDS, if that is above 0. */
int stress_seconds(int otherwise);

/* Seconds of a clock that nobody sets. */
time_t now(void);

#endif
