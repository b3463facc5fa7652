/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's events about devices, as udev gets them. */
#ifndef PCI_SRIOV_UEVENT_H
#define PCI_SRIOV_UEVENT_H

#include <stddef.h>

#define UEVENT_LEN	4096

/**
 * struct uevent - one event
 * @len: of @text
 * @text: "action@devpath", then KEY=value, each ended by a NUL
 */
struct uevent {
	size_t len;
	char text[UEVENT_LEN];
};

/* A socket with room for many events, or a negative errno. */
int uevent_listen(void);

/*
 * The next event.  What was sent before a write to sysfs returned is there when
 * it has returned, so this does not wait: -EAGAIN says that there is no more.
 */
int uevent_next(int sock, struct uevent *event);

/* The value of a key, NULL if the event has none of that name. */
const char *uevent_get(const struct uevent *event, const char *key);

/* Throws away what has come so far. */
void uevent_drain(int sock);

#endif
