// SPDX-License-Identifier: GPL-2.0-only
#include "wish.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void wish_init(struct wish *wish)
{
	*wish = (struct wish){ .num_vfs = UNSET, .hw_num_vfs = UNSET, .autoprobe = UNSET,
			       .parallel_probe = UNSET };
}

void wish_free(struct wish *wish)
{
	free(wish->vf);
	wish_init(wish);
}

struct vf_wish *wish_vf(struct wish *wish, unsigned int id)
{
	struct vf_wish *more;

	if (id < wish->vfs)
		return &wish->vf[id];
	more = reallocarray(wish->vf, id + 1, sizeof(*more));
	if (!more)
		abort();
	wish->vf = more;
	memset(more + wish->vfs, 0, (id + 1 - wish->vfs) * sizeof(*more));
	wish->vfs = id + 1;
	return &more[id];
}

static bool number(const char **text, unsigned int *out)
{
	char *end;
	unsigned long value;

	if (!isdigit((unsigned char)**text))
		return false;
	value = strtoul(*text, &end, 10);
	*text = end;
	*out = value;
	return value < VFS_MOST;
}

bool wish_range(const char *text, unsigned int *first, unsigned int *last)
{
	if (!number(&text, first))
		return false;
	*last = *first;
	if (*text == '-') {
		text++;
		if (!number(&text, last))
			return false;
	}
	return !*text && *first <= *last;
}

static bool mac_twice(const struct wish *wish, char why[WHY])
{
	unsigned int a, b;

	for (a = 0; a < wish->vfs; a++) {
		if (!(wish->vf[a].wanted & WANT_MAC))
			continue;
		for (b = a + 1; b < wish->vfs; b++) {
			if (!(wish->vf[b].wanted & WANT_MAC) ||
			    memcmp(wish->vf[a].net.mac, wish->vf[b].net.mac, MAC_BYTES))
				continue;
			snprintf(why, WHY, "VFs %u and %u have the same MAC address", a, b);
			return true;
		}
	}
	return false;
}

bool wish_check(const struct wish *wish, char why[WHY])
{
	unsigned int id;

	if (wish->hw_num_vfs > 0 && wish->num_vfs > wish->hw_num_vfs) {
		snprintf(why, WHY, "%ld VFs are more than the %ld that hardware is given",
			 wish->num_vfs, wish->hw_num_vfs);
		return false;
	}
	if (wish->num_vfs != UNSET && wish->vfs > (unsigned long)wish->num_vfs) {
		snprintf(why, WHY,
			 "VF %u has settings, but NumVFs is %ld",
			 wish->vfs - 1, wish->num_vfs);
		return false;
	}
	for (id = 0; id < wish->vfs; id++) {
		unsigned int wanted = wish->vf[id].wanted;

		if ((wanted & WANT_QOS) && !(wanted & WANT_VLAN)) {
			snprintf(why, WHY, "VF %u has a QoS without a VLAN", id);
			return false;
		}
	}
	return !mac_twice(wish, why);
}
