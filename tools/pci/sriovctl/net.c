// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"
#include "net.h"
#include "nodes.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST	65536	/* of an answer: the kernel's is up to about 250 bytes for each VF */

struct found {
	unsigned int id;
	bool is;
	struct vf_net net;
};

/* The PF's first interface */
static int interface_of(const struct bdf *pf, unsigned int *index, struct err *err)
{
	struct names net = {}, nodes = {};
	char text[BDF_TEXT], *number = NULL;

	nodes_read(pf, &net, &nodes);
	if (net.count)
		number = file_read("/sys/bus/pci/devices/%s/net/%s/ifindex", bdf_text(pf, text),
				   net.name[0]);
	names_free(&net);
	names_free(&nodes);
	*index = number ? strtoul(number, NULL, 10) : 0;
	free(number);
	if (*index)
		return 0;
	return err_set(err, STATUS_REFUSED,
		       "%s has no network interface, through which its VFs' settings are made",
		       bdf_text(pf, text));
}

static struct nlmsghdr *request(char *buffer, unsigned int type, unsigned int flags,
				unsigned int index)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *info;

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	message->nlmsg_seq = time(NULL);
	info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
	info->ifi_index = index;
	return message;
}

/* Send and receive, until there is no more; 0 or an errno */
static int talk(struct nlmsghdr *message, mnl_cb_t each, void *data)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	char *answer = malloc(MOST);
	int result = -1, error;
	ssize_t length;

	if (!answer)
		abort();
	if (socket && !mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) &&
	    mnl_socket_sendto(socket, message, message->nlmsg_len) >= 0) {
		length = mnl_socket_recvfrom(socket, answer, MOST);
		if (length >= 0)
			result = mnl_cb_run(answer, length, message->nlmsg_seq,
					    mnl_socket_get_portid(socket), each, data);
	}
	error = errno;
	if (socket)
		mnl_socket_close(socket);
	free(answer);
	return result < 0 ? error : 0;
}

static void take(const struct nlattr *attr, struct found *found)
{
	const void *data = mnl_attr_get_payload(attr);
	size_t size = mnl_attr_get_payload_len(attr);
	struct vf_net *net = &found->net;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_VF_MAC:
		if (size < sizeof(struct ifla_vf_mac) ||
		    ((const struct ifla_vf_mac *)data)->vf != found->id)
			return;
		found->is = true;
		memcpy(net->mac, ((const struct ifla_vf_mac *)data)->mac, MAC_BYTES);
		break;
	case IFLA_VF_VLAN:
		if (size < sizeof(struct ifla_vf_vlan))
			return;
		net->vlan = ((const struct ifla_vf_vlan *)data)->vlan;
		net->qos = ((const struct ifla_vf_vlan *)data)->qos;
		break;
	case IFLA_VF_TRUST:
		if (size >= sizeof(struct ifla_vf_trust))
			net->trust = ((const struct ifla_vf_trust *)data)->setting == 1;
		break;
	case IFLA_VF_SPOOFCHK:
		if (size >= sizeof(struct ifla_vf_spoofchk))
			net->spoofchk = ((const struct ifla_vf_spoofchk *)data)->setting == 1;
		break;
	case IFLA_VF_LINK_STATE:
		if (size >= sizeof(struct ifla_vf_link_state))
			net->link = ((const struct ifla_vf_link_state *)data)->link_state;
		break;
	}
}

/* IFLA_VFINFO_LIST has an IFLA_VF_INFO for each VF, and that has IFLA_VF_MAC and so on. */
static int look(const struct nlmsghdr *message, void *data)
{
	struct found *found = data;
	struct nlattr *attr, *info, *one;

	mnl_attr_for_each(attr, message, sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) != IFLA_VFINFO_LIST)
			continue;
		mnl_attr_for_each_nested(info, attr) {
			struct found this = { .id = found->id };

			mnl_attr_for_each_nested(one, info)
				take(one, &this);
			if (this.is)
				*found = this;
		}
	}
	return MNL_CB_OK;
}

static unsigned int differences(const struct vf_net *is, const struct vf_net *should)
{
	unsigned int bits = 0;

	if (memcmp(is->mac, should->mac, MAC_BYTES))
		bits |= WANT_MAC;
	if (is->vlan != should->vlan)
		bits |= WANT_VLAN;
	if (is->qos != should->qos)
		bits |= WANT_QOS;
	if (is->trust != should->trust)
		bits |= WANT_TRUST;
	if (is->spoofchk != should->spoofchk)
		bits |= WANT_SPOOFCHK;
	if (is->link != should->link)
		bits |= WANT_LINK;
	return bits;
}

/* Returns 0 or an errno. */
static int read_vf(unsigned int index, struct found *found)
{
	char buffer[256];
	struct nlmsghdr *message = request(buffer, RTM_GETLINK, 0, index);

	mnl_attr_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_VF);
	return talk(message, look, found);
}

bool net_read(const struct pf *pf, unsigned int id, struct vf_net *net)
{
	struct found found = { .id = id };
	unsigned int index;
	struct err err;

	if (interface_of(&pf->bdf, &index, &err) || read_vf(index, &found) || !found.is)
		return false;
	*net = found.net;
	return true;
}

int net_differs(const struct pf *pf, const struct vf *vf, unsigned int id,
		const struct vf_wish *wish, unsigned int *wanted, struct err *err)
{
	struct found found = { .id = id };
	char text[BDF_TEXT];
	unsigned int index;
	int error;

	if (interface_of(&pf->bdf, &index, err))
		return -1;
	error = vf ? read_vf(index, &found) : 0;
	if (error)
		return err_set(err, STATUS_FAILED, "could not read the settings of VF %u of %s: %s",
			       id, bdf_text(&pf->bdf, text), strerror(error));
	if (found.is)
		*wanted &= differences(&found.net, &wish->net);
	return 0;
}

static void put(struct nlmsghdr *message, unsigned int id, const struct vf_net *net,
		unsigned int wanted)
{
	struct ifla_vf_mac mac = { .vf = id };
	struct ifla_vf_vlan vlan = { .vf = id, .vlan = net->vlan, .qos = net->qos };
	struct ifla_vf_trust trust = { .vf = id, .setting = net->trust };
	struct ifla_vf_spoofchk spoofchk = { .vf = id, .setting = net->spoofchk };
	struct ifla_vf_link_state link = { .vf = id, .link_state = net->link };

	memcpy(mac.mac, net->mac, MAC_BYTES);
	if (wanted & WANT_MAC)
		mnl_attr_put(message, IFLA_VF_MAC, sizeof(mac), &mac);
	if (wanted & (WANT_VLAN | WANT_QOS))
		mnl_attr_put(message, IFLA_VF_VLAN, sizeof(vlan), &vlan);
	if (wanted & WANT_TRUST)
		mnl_attr_put(message, IFLA_VF_TRUST, sizeof(trust), &trust);
	if (wanted & WANT_SPOOFCHK)
		mnl_attr_put(message, IFLA_VF_SPOOFCHK, sizeof(spoofchk), &spoofchk);
	if (wanted & WANT_LINK)
		mnl_attr_put(message, IFLA_VF_LINK_STATE, sizeof(link), &link);
}

int net_set(const struct bdf *pf, unsigned int id, const struct vf_wish *wish,
	    unsigned int wanted, struct err *err)
{
	struct nlattr *list, *info;
	struct nlmsghdr *message;
	unsigned int index;
	char buffer[512];
	int error;

	if (interface_of(pf, &index, err))
		return -1;
	message = request(buffer, RTM_SETLINK, NLM_F_ACK, index);
	list = mnl_attr_nest_start(message, IFLA_VFINFO_LIST);
	info = mnl_attr_nest_start(message, IFLA_VF_INFO);
	put(message, id, &wish->net, wanted);
	mnl_attr_nest_end(message, info);
	mnl_attr_nest_end(message, list);
	error = talk(message, NULL, NULL);
	return error ? err_set(err, STATUS_FAILED, "the PF's driver refused its settings: %s",
			       strerror(error)) : 0;
}
