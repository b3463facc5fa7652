/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SIGINT, SIGTERM and SIGHUP while a slot is attached: the first ends a wait, so that
 * what was done can be undone, and the next one ends the process.
 */
#ifndef PCISLOT_INTERRUPT_H
#define PCISLOT_INTERRUPT_H

#include <poll.h>
#include <stdbool.h>

/* interrupt_begin - hold these signals back, except those that are ignored */
void interrupt_begin(void);

/* interrupt_seen - whether a signal was received since interrupt_begin() */
bool interrupt_seen(void);

/* interrupt_end - drop what was received; from now on a signal ends the process */
void interrupt_end(void);

/* interrupt_poll - poll() one descriptor, or none; a signal ends it with EINTR */
int interrupt_poll(struct pollfd *poll_fd, long milliseconds);

#endif
