/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's events, as it sends them, before udev handles them */
#ifndef SRIOVCTL_UEVENT_H
#define SRIOVCTL_UEVENT_H

#include <stdbool.h>
#include <stddef.h>

#define UEVENT_BYTES	8192	/* the kernel's are of 2 KB at most */

struct uevent {
	char data[UEVENT_BYTES + 1];	/* NAME=VALUE, each with a 0 at its end */
	size_t length;
};

/* uevent_open - a socket, or -1 */
int uevent_open(void);

/* uevent_receive - 1: an event, 0: none any more, -1: an errno, EAGAIN if none now */
int uevent_receive(int fd, bool wait, struct uevent *event);

/* uevent_get - the value of NAME, or NULL */
const char *uevent_get(const struct uevent *event, const char *name);

#endif
