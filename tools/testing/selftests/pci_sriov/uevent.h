/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's events about devices, as udev receives them. */
#ifndef PCI_SRIOV_UEVENT_H
#define PCI_SRIOV_UEVENT_H

#include <stddef.h>

#define UEVENT_LEN	4096

/**
 * struct uevent - one event
 * @len: length of @text
 * @text: "action@devpath", then KEY=value, each ended by a NUL
 */
struct uevent {
	size_t len;
	char text[UEVENT_LEN];
};

/* A socket with room for many events, or a negative errno. */
int uevent_listen(void);

/*
 * The next event, or -EAGAIN if there is none.  This does not wait: events that are
 * sent during a write to sysfs have arrived when the write returns.
 */
int uevent_next(int sock, struct uevent *event);

/* The value of a key, or NULL if the event does not have it. */
const char *uevent_get(const struct uevent *event, const char *key);

/* Discards the events that have arrived so far. */
void uevent_drain(int sock);

#endif
