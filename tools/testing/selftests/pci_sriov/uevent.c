// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "uevent.h"

#define KERNEL_GROUP	1
#define RECEIVE_BUFFER	(8 << 20)

int uevent_listen(void)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = KERNEL_GROUP,
	};
	int size = RECEIVE_BUFFER;
	int sock;
	int err;

	sock = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
		      NETLINK_KOBJECT_UEVENT);
	if (sock < 0)
		return -errno;

	setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (bind(sock, (struct sockaddr *)&address, sizeof(address))) {
		err = -errno;
		close(sock);
		return err;
	}
	return sock;
}

int uevent_next(int sock, struct uevent *event)
{
	ssize_t len = recv(sock, event->text, sizeof(event->text) - 1, 0);

	if (len < 0)
		return -errno;

	event->len = len;
	event->text[len] = '\0';
	return 0;
}

const char *uevent_get(const struct uevent *event, const char *key)
{
	const char *end = event->text + event->len;
	size_t len = strlen(key);
	const char *line;

	for (line = event->text; line < end; line += strlen(line) + 1)
		if (!strncmp(line, key, len) && line[len] == '=')
			return line + len + 1;
	return NULL;
}

void uevent_drain(int sock)
{
	struct uevent event;

	while (!uevent_next(sock, &event))
		;
}
