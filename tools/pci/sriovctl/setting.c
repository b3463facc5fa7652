// SPDX-License-Identifier: GPL-2.0-only
#include "setting.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MSIX_MOST	2048	/* the entries of an MSI-X table */
#define VLAN_MOST	4094
#define QOS_MOST	7

static bool parse_number(const char *value, long most, long *out, char why[WHY])
{
	char *end;

	*out = strtol(value, &end, 10);
	if (isdigit((unsigned char)*value) && !*end && *out <= most)
		return true;
	snprintf(why, WHY, "\"%s\" is not a number from 0 to %ld", value, most);
	return false;
}

static bool parse_unsigned(const char *value, long most, unsigned int *out, char why[WHY])
{
	long number;

	if (!parse_number(value, most, &number, why))
		return false;
	*out = number;
	return true;
}

static bool parse_boolean(const char *value, long *out, char why[WHY])
{
	static const char *const words[] = { "no", "yes", "off", "on", "false", "true", "0", "1" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcasecmp(value, words[i])) {
			*out = i % 2;
			return true;
		}
	}
	snprintf(why, WHY, "\"%s\" is neither yes nor no", value);
	return false;
}

static bool parse_bool(const char *value, bool *out, char why[WHY])
{
	long number;

	if (!parse_boolean(value, &number, why))
		return false;
	*out = number;
	return true;
}

static bool parse_driver(const char *value, char driver[DRIVER_NAME], char why[WHY])
{
	size_t i;

	for (i = 0; isalnum((unsigned char)value[i]) || (value[i] && strchr("_-.", value[i])); i++)
		;
	/* It becomes a part of paths. */
	if (!i || value[i] || value[0] == '.' || i >= DRIVER_NAME) {
		snprintf(why, WHY, "\"%s\" is not the name of a driver", value);
		return false;
	}
	memcpy(driver, value, i + 1);
	return true;
}

static bool parse_mac(const char *value, unsigned char mac[MAC_BYTES], char why[WHY])
{
	unsigned int byte[MAC_BYTES];
	int i, length = 0;

	if (strspn(value, "0123456789abcdefABCDEF:") != strlen(value) ||
	    sscanf(value, "%2x:%2x:%2x:%2x:%2x:%2x%n", &byte[0], &byte[1], &byte[2], &byte[3],
		   &byte[4], &byte[5], &length) != MAC_BYTES || value[length]) {
		snprintf(why, WHY, "\"%s\" is not a MAC address", value);
		return false;
	}
	for (i = 0; i < MAC_BYTES; i++)
		mac[i] = byte[i];
	if (!(mac[0] & 1))
		return true;
	snprintf(why, WHY, "\"%s\" is a multicast address, which no interface can have", value);
	return false;
}

static bool parse_link(const char *value, enum link_state *out, char why[WHY])
{
	static const char *const words[] = {
		[LINK_AUTO] = "auto", [LINK_ENABLE] = "enable", [LINK_DISABLE] = "disable",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcmp(value, words[i])) {
			*out = i;
			return true;
		}
	}
	snprintf(why, WHY, "\"%s\" is not auto, enable or disable", value);
	return false;
}

enum pf_setting { NUM_VFS, HW_NUM_VFS, AUTOPROBE, PARALLEL_PROBE };

struct naming_of {
	const char *name[2];	/* by enum naming */
	unsigned int what;
};

static const struct naming_of pf_settings[] = {
	{ { "numvfs", "NumVFs" }, NUM_VFS },
	{ { "hw-numvfs", "HwNumVFs" }, HW_NUM_VFS },
	{ { "autoprobe", "Autoprobe" }, AUTOPROBE },
	{ { "parallel-probe", "ParallelProbe" }, PARALLEL_PROBE },
};

static const struct naming_of vf_settings[] = {
	{ { "driver", "Driver" }, WANT_DRIVER },
	{ { "msix", "MSIX" }, WANT_MSIX },
	{ { "mac", "MACAddress" }, WANT_MAC },
	{ { "vlan", "VLAN" }, WANT_VLAN },
	{ { "qos", "QoS" }, WANT_QOS },
	{ { "trust", "Trust" }, WANT_TRUST },
	{ { "spoofchk", "SpoofCheck" }, WANT_SPOOFCHK },
	{ { "link", "LinkState" }, WANT_LINK },
};

static const struct naming_of *look_up(const struct naming_of *table, size_t count,
				       enum naming naming, const char *name, char why[WHY])
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(table[i].name[naming], name))
			return &table[i];
	snprintf(why, WHY, "there is no setting \"%s\"", name);
	for (i = 0; i < count; i++)
		if (!strcasecmp(table[i].name[naming], name))
			snprintf(why, WHY, "there is no setting \"%s\"; \"%s\" is meant?", name,
				 table[i].name[naming]);
	return NULL;
}

bool setting_pf(struct wish *wish, enum naming naming, const char *name, const char *value,
		char why[WHY])
{
	const struct naming_of *setting;

	setting = look_up(pf_settings, ARRAY_SIZE(pf_settings), naming, name, why);
	if (!setting)
		return false;
	switch ((enum pf_setting)setting->what) {
	case NUM_VFS: return parse_number(value, VFS_MOST, &wish->num_vfs, why);
	case HW_NUM_VFS: return parse_number(value, VFS_MOST, &wish->hw_num_vfs, why);
	case AUTOPROBE: return parse_boolean(value, &wish->autoprobe, why);
	case PARALLEL_PROBE: return parse_boolean(value, &wish->parallel_probe, why);
	}
	return false;
}

bool setting_vf(struct vf_wish *vf, enum naming naming, const char *name, const char *value,
		char why[WHY])
{
	const struct naming_of *setting;
	struct vf_net *net = &vf->net;

	setting = look_up(vf_settings, ARRAY_SIZE(vf_settings), naming, name, why);
	if (!setting)
		return false;
	vf->wanted |= setting->what;
	/* The kernel sets both at once: a VLAN without QoS has QoS 0. */
	if (setting->what == WANT_VLAN)
		vf->wanted |= WANT_QOS;
	switch ((enum wanted)setting->what) {
	case WANT_DRIVER: return parse_driver(value, vf->driver, why);
	case WANT_MSIX: return parse_unsigned(value, MSIX_MOST, &vf->msix, why);
	case WANT_MAC: return parse_mac(value, net->mac, why);
	case WANT_VLAN: return parse_unsigned(value, VLAN_MOST, &net->vlan, why);
	case WANT_QOS: return parse_unsigned(value, QOS_MOST, &net->qos, why);
	case WANT_TRUST: return parse_bool(value, &net->trust, why);
	case WANT_SPOOFCHK: return parse_bool(value, &net->spoofchk, why);
	case WANT_LINK: return parse_link(value, &net->link, why);
	}
	return false;
}

static bool one_vf(struct vf_wish *vf, char *settings, char why[WHY])
{
	char *save = NULL, *one, *equal;

	for (one = strtok_r(settings, ",", &save); one; one = strtok_r(NULL, ",", &save)) {
		equal = strchr(one, '=');
		if (!equal) {
			snprintf(why, WHY, "\"%s\" has no value; it is written as NAME=VALUE", one);
			return false;
		}
		*equal = '\0';
		if (!setting_vf(vf, NAMED_AS_OPTION, one, equal + 1, why))
			return false;
	}
	return true;
}

bool setting_vfs(struct wish *wish, const char *text, char why[WHY])
{
	unsigned int first, last, id;
	char *copy = strdup(text), *colon;
	bool right = true;

	if (!copy)
		abort();
	colon = strchr(copy, ':');
	if (colon)
		*colon = '\0';
	if (!colon || !wish_range(copy, &first, &last)) {
		snprintf(why, WHY,
			 "\"%s\" does not begin with the number of a VF, or a range, and \":\"",
			 text);
		free(copy);
		return false;
	}
	wish_vf(wish, last);	/* all at once */
	for (id = first; right && id <= last; id++) {
		char *again = strdup(colon + 1);

		if (!again)
			abort();
		right = one_vf(wish_vf(wish, id), again, why);
		free(again);
	}
	free(copy);
	return right;
}
