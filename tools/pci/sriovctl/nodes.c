// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"
#include "nodes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEEPEST	5	/* host0/target0:0:0/0:0:0:0/block/sda has four levels */

static bool is_directory(const char *name)
{
	char path[ROOT_PATH];
	struct stat stat;

	root_path(path, "%s", name);
	return !lstat(path, &stat) && S_ISDIR(stat.st_mode);
}

/* A device with a node has the files "dev" and "uevent", which has DEVNAME=. */
static void add_node(const char *dir, const char *name, struct names *nodes)
{
	char *uevent = file_read("%s/uevent", dir), *found;

	found = uevent ? strstr(uevent, "DEVNAME=") : NULL;
	if (found) {
		found += strlen("DEVNAME=");
		found[strcspn(found, "\n")] = '\0';
	}
	names_add(nodes, found ? found : name);
	free(uevent);
}

static void look_into(const char *dir, int depth, struct names *net, struct names *nodes)
{
	struct names names = file_names("%s", dir);
	bool of_net = !strcmp(strrchr(dir, '/'), "/net");
	char below[ROOT_PATH];
	struct bdf other;
	size_t i;

	for (i = 0; i < names.count; i++) {
		const char *name = names.name[i];

		if ((size_t)snprintf(below, sizeof(below), "%s/%s", dir, name) >=
		    sizeof(below) || !is_directory(below) || bdf_parse(name, &other))
			continue;
		if (of_net)
			names_add(net, name);
		else if (file_exists("%s/dev", below))
			add_node(below, name, nodes);
		if (depth < DEEPEST && !of_net)
			look_into(below, depth + 1, net, nodes);
	}
	names_free(&names);
}

void nodes_read(const struct bdf *bdf, struct names *net, struct names *nodes)
{
	/* files of the function itself that are directories, and not of a device */
	static const char *const skipped[] = { "power", "msi_irqs", "link", "wakeup",
					       "iommu", "sriov_migration" };
	struct names names, not_here = {};
	char text[BDF_TEXT], dir[ROOT_PATH];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(skipped); i++)
		names_add(&not_here, skipped[i]);
	bdf_text(bdf, text);
	names = file_names("/sys/bus/pci/devices/%s", text);
	for (i = 0; i < names.count; i++) {
		struct bdf other;

		snprintf(dir, sizeof(dir), "/sys/bus/pci/devices/%s/%s", text, names.name[i]);
		if (!names_has(&not_here, names.name[i]) && !bdf_parse(names.name[i], &other) &&
		    is_directory(dir))
			look_into(dir, 1, net, nodes);
	}
	names_free(&names);
	names_free(&not_here);
}
