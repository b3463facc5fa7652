// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>

#include "net.h"

#define PROTOCOL	0x88b5		/* IEEE 802: for local experiments */
#define FRAME_MS	3000
#define FRAMES		8
#define PATIENCE_S	20

struct frame {
	struct ethhdr head;
	uint32_t number;
	uint8_t rest[64];
};

static bool patient(time_t begun)
{
	usleep(20000);
	return time(NULL) < begun + PATIENCE_S;
}

static bool find_name(const struct pci_fn *fn, char *name)
{
	char path[SYSFS_PATH_LEN + 8];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/net", fn->dir);
	name[0] = 0;
	dir = opendir(path);
	if (!dir)
		return false;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			snprintf(name, IFNAMSIZ, "%.*s", IFNAMSIZ - 1,
				 entry->d_name);
	closedir(dir);
	return name[0];
}

static int if_ioctl(const struct net_if *net, unsigned long request,
		    struct ifreq *ifr)
{
	memcpy(ifr->ifr_name, net->name, sizeof(net->name));
	return ioctl(net->fd, request, ifr) ? -errno : 0;
}

static int set_up(const struct net_if *net)
{
	struct ifreq ifr = {};
	int ret = if_ioctl(net, SIOCGIFFLAGS, &ifr);

	if (ret)
		return ret;
	ifr.ifr_flags |= IFF_UP;
	return if_ioctl(net, SIOCSIFFLAGS, &ifr);
}

static int get_mac(struct net_if *net)
{
	struct ifreq ifr = {};
	int ret = if_ioctl(net, SIOCGIFHWADDR, &ifr);

	memcpy(net->mac, ifr.ifr_hwaddr.sa_data, ETH_ALEN);
	return ret;
}

static int get_index(struct net_if *net)
{
	struct ifreq ifr = {};
	int ret = if_ioctl(net, SIOCGIFINDEX, &ifr);

	net->index = ifr.ifr_ifindex;
	return ret;
}

static int wait_for_carrier(const struct net_if *net, const struct pci_fn *fn)
{
	char path[IFNAMSIZ + 16];
	time_t begun = time(NULL);

	snprintf(path, sizeof(path), "net/%s/carrier", net->name);
	while (sysfs_read_number(fn->dir, path) != 1)
		if (!patient(begun))
			return -ENETDOWN;
	return 0;
}

static int bind_to(struct net_if *net)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(PROTOCOL),
		.sll_ifindex = net->index,
	};

	return bind(net->fd, (struct sockaddr *)&addr, sizeof(addr)) ? -errno : 0;
}

int net_open(struct net_if *net, const struct pci_fn *fn)
{
	time_t begun = time(NULL);
	int ret;

	net->fd = -1;
	while (!find_name(fn, net->name))
		if (!patient(begun))
			return -ENODEV;

	net->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (net->fd < 0)
		return -errno;

	ret = get_index(net);
	if (!ret)
		ret = set_up(net);
	if (!ret)
		ret = wait_for_carrier(net, fn);
	if (!ret)
		ret = get_mac(net);
	if (!ret)
		ret = bind_to(net);
	if (ret)
		net_close(net);
	return ret;
}

void net_close(struct net_if *net)
{
	if (net->fd >= 0)
		close(net->fd);
	net->fd = -1;
}

bool net_has_mac(const struct pci_fn *fn, const uint8_t *mac)
{
	struct net_if net = { .fd = socket(AF_PACKET, SOCK_RAW, 0) };
	time_t begun = time(NULL);
	bool has;

	do {
		has = find_name(fn, net.name) && !get_mac(&net) &&
		      !memcmp(net.mac, mac, ETH_ALEN);
	} while (!has && patient(begun));
	net_close(&net);
	return has;
}

static bool receive(const struct net_if *net, uint32_t number)
{
	struct pollfd poll_fd = { .fd = net->fd, .events = POLLIN };
	struct frame frame;

	while (poll(&poll_fd, 1, FRAME_MS) > 0)
		if (recv(net->fd, &frame, sizeof(frame), 0) == sizeof(frame) &&
		    frame.number == number)
			return true;
	return false;
}

bool net_frame(const struct net_if *from, const struct net_if *to)
{
	static uint32_t number;
	struct frame frame = {
		.head.h_proto = htons(PROTOCOL),
		.number = ++number,
	};

	memcpy(frame.head.h_source, from->mac, ETH_ALEN);
	memcpy(frame.head.h_dest, to->mac, ETH_ALEN);
	return send(from->fd, &frame, sizeof(frame), 0) == sizeof(frame) &&
	       receive(to, number);
}

bool net_reaches(const struct net_if *from, const struct net_if *to)
{
	int tries;

	for (tries = 0; tries < FRAMES; tries++)
		if (net_frame(from, to))
			return true;
	return false;
}

static struct rtattr *attr_begin(struct nlmsghdr *msg, int type)
{
	struct rtattr *attr = (void *)msg + NLMSG_ALIGN(msg->nlmsg_len);

	attr->rta_type = type;
	attr->rta_len = RTA_LENGTH(0);
	msg->nlmsg_len = NLMSG_ALIGN(msg->nlmsg_len) + RTA_LENGTH(0);
	return attr;
}

static void attr_end(struct nlmsghdr *msg, struct rtattr *attr)
{
	attr->rta_len = (void *)msg + msg->nlmsg_len - (void *)attr;
}

static void attr_put(struct nlmsghdr *msg, int type, const void *data, size_t len)
{
	struct rtattr *attr = attr_begin(msg, type);

	memcpy(RTA_DATA(attr), data, len);
	msg->nlmsg_len += len;
	attr_end(msg, attr);
}

/* Sends a request, and returns the error in the reply. */
static int netlink(struct nlmsghdr *msg)
{
	char buf[1024];
	struct nlmsghdr *reply = (void *)buf;
	struct nlmsgerr *error = NLMSG_DATA(reply);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int ret;

	if (fd < 0)
		return -errno;
	if (send(fd, msg, msg->nlmsg_len, 0) < 0 ||
	    recv(fd, buf, sizeof(buf), 0) < (ssize_t)NLMSG_LENGTH(sizeof(*error)))
		ret = -EIO;
	else
		ret = reply->nlmsg_type == NLMSG_ERROR ? error->error : -EPROTO;
	close(fd);
	return ret;
}

/* Sets an attribute of a VF through its PF. */
static int set_vf(const struct net_if *pf, int type, const void *data, size_t len)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
		char attrs[256];
	} request = {
		.head.nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)),
		.head.nlmsg_type = RTM_SETLINK,
		.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.info.ifi_index = pf->index,
	};
	struct rtattr *list, *info;

	list = attr_begin(&request.head, IFLA_VFINFO_LIST);
	info = attr_begin(&request.head, IFLA_VF_INFO);
	attr_put(&request.head, type, data, len);
	attr_end(&request.head, info);
	attr_end(&request.head, list);
	return netlink(&request.head);
}

int net_set_vf_mac(const struct net_if *pf, int vf_id, const uint8_t *mac)
{
	struct ifla_vf_mac vf_mac = { .vf = vf_id };

	memcpy(vf_mac.mac, mac, ETH_ALEN);
	return set_vf(pf, IFLA_VF_MAC, &vf_mac, sizeof(vf_mac));
}

int net_set_vf_vlan(const struct net_if *pf, int vf_id, int vlan)
{
	struct ifla_vf_vlan vf_vlan = { .vf = vf_id, .vlan = vlan };

	return set_vf(pf, IFLA_VF_VLAN, &vf_vlan, sizeof(vf_vlan));
}
