// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"
#include "match.h"
#include "nodes.h"
#include "sysfs.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const keys[MATCH_KINDS] = {
	[MATCH_ADDRESS] = "MatchAddress",
	[MATCH_PATH] = "MatchPath",
	[MATCH_SLOT] = "MatchSlot",
	[MATCH_ID] = "MatchID",
	[MATCH_DRIVER] = "MatchDriver",
	[MATCH_INTERFACE] = "MatchInterface",
};

int match_kind(const char *key)
{
	int kind;

	for (kind = 0; kind < MATCH_KINDS; kind++)
		if (!strcmp(keys[kind], key))
			return kind;
	return -1;
}

static bool is_id(const char *text)
{
	static const char hex[] = "0123456789abcdef";

	return strspn(text, hex) == 4 && text[4] == ':' && strspn(text + 5, hex) == 4 && !text[9];
}

static bool valid(enum match_kind kind, const char *value, char why[WHY])
{
	struct bdf bdf;

	if (kind == MATCH_ADDRESS && !bdf_parse(value, &bdf))
		snprintf(why, WHY, "\"%s\" is not an address such as 0000:01:00.0", value);
	else if (kind == MATCH_ID && !is_id(value))
		snprintf(why, WHY, "\"%s\" is not a pair of IDs such as 8086:10c9, in lower case",
			 value);
	else
		return true;
	return false;
}

bool match_parse(struct match *match, enum match_kind kind, const char *text, char why[WHY])
{
	char *copy = strdup(text), *save = NULL, *word;
	bool right = true;

	if (!copy)
		abort();
	names_free(&match->value[kind]);
	for (word = strtok_r(copy, " \t", &save); word && right;
	     word = strtok_r(NULL, " \t", &save)) {
		right = valid(kind, word, why);
		names_add(&match->value[kind], word);
	}
	free(copy);
	return right;
}

bool match_any(const struct match *match)
{
	int kind;

	for (kind = 0; kind < MATCH_KINDS; kind++)
		if (match->value[kind].count)
			return true;
	return false;
}

static bool one_of(const struct names *patterns, const char *text)
{
	size_t i;

	for (i = 0; i < patterns->count; i++)
		if (!fnmatch(patterns->name[i], text, 0))
			return true;
	return false;
}

static bool path_matches(const struct names *patterns, const struct bdf *pf)
{
	char path[ROOT_PATH], text[BDF_TEXT], *real, *below;
	bool is = false;

	root_path(path, "/sys/bus/pci/devices/%s", bdf_text(pf, text));
	real = realpath(path, NULL);
	below = real ? strstr(real, "/sys/devices/") : NULL;
	if (below)
		is = one_of(patterns, below + strlen("/sys/devices/"));
	free(real);
	return is;
}

/* A slot's address is "0000:01:00", without a function. */
static bool slot_matches(const struct names *patterns, const struct bdf *pf)
{
	struct names slots = file_names("/sys/bus/pci/slots");
	char text[BDF_TEXT], *address;
	bool is = false;
	size_t i;

	*strchr(bdf_text(pf, text), '.') = '\0';
	for (i = 0; i < slots.count && !is; i++) {
		address = file_read("/sys/bus/pci/slots/%s/address", slots.name[i]);
		is = address && !strcmp(address, text) && one_of(patterns, slots.name[i]);
		free(address);
	}
	names_free(&slots);
	return is;
}

static bool id_matches(const struct names *patterns, const struct bdf *pf)
{
	char vendor[SYSFS_TEXT] = "0x", device[SYSFS_TEXT] = "0x", id[2 * SYSFS_TEXT];

	sysfs_read(pf, "vendor", vendor);
	sysfs_read(pf, "device", device);
	snprintf(id, sizeof(id), "%s:%s", vendor + 2, device + 2);
	return names_has(patterns, id);
}

static bool interface_matches(const struct names *patterns, const struct bdf *pf)
{
	struct names net = {}, nodes = {};
	bool is = false;
	size_t i;

	nodes_read(pf, &net, &nodes);
	for (i = 0; i < net.count; i++)
		is = is || one_of(patterns, net.name[i]);
	names_free(&net);
	names_free(&nodes);
	return is;
}

static bool meets(enum match_kind kind, const struct names *values, const struct bdf *pf)
{
	char text[SYSFS_TEXT];

	switch (kind) {
	case MATCH_ADDRESS:
		return names_has(values, bdf_text(pf, text));
	case MATCH_PATH:
		return path_matches(values, pf);
	case MATCH_SLOT:
		return slot_matches(values, pf);
	case MATCH_ID:
		return id_matches(values, pf);
	case MATCH_DRIVER:
		return sysfs_driver(pf, text) && one_of(values, text);
	case MATCH_INTERFACE:
		return interface_matches(values, pf);
	default:
		return false;
	}
}

bool match_pf(const struct match *match, const struct bdf *pf)
{
	int kind;

	for (kind = 0; kind < MATCH_KINDS; kind++)
		if (match->value[kind].count && !meets(kind, &match->value[kind], pf))
			return false;
	return true;
}

void match_free(struct match *match)
{
	int kind;

	for (kind = 0; kind < MATCH_KINDS; kind++)
		names_free(&match->value[kind]);
}
