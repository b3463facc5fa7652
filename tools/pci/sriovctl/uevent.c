// SPDX-License-Identifier: GPL-2.0-only
#include "uevent.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FROM_KERNEL	1	/* the group; 2 is what udev has handled */
#define BACKLOG		(16 << 20)	/* bytes: a PF can have thousands of VFs */

int uevent_open(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = FROM_KERNEL };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	int size = BACKLOG;

	if (fd < 0)
		return -1;
	/* Without CAP_NET_ADMIN it is less. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (!bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	close(fd);
	return -1;
}

int uevent_receive(int fd, bool wait, struct uevent *event)
{
	ssize_t length;

	do
		length = recv(fd, event->data, UEVENT_BYTES, wait ? 0 : MSG_DONTWAIT);
	while (length < 0 && errno == EINTR);
	if (length <= 0)
		return length;
	event->length = length;
	event->data[length] = '\0';
	return 1;
}

const char *uevent_get(const struct uevent *event, const char *name)
{
	size_t length = strlen(name), at;

	for (at = 0; at < event->length; at += strlen(event->data + at) + 1)
		if (!strncmp(event->data + at, name, length) && event->data[at + length] == '=')
			return event->data + at + length + 1;
	return NULL;
}
