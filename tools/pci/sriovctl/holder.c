// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"
#include "holder.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is open below /dev/vfio: read once for all VFs, because there are many programs */
struct open_file {
	char *path;		/* "/dev/vfio/12", "/dev/vfio/devices/vfio3" */
	char pid[16];
};

static struct open_file *file;
static size_t files;
static bool known;

static void add(const char *path, const char *pid)
{
	struct open_file *more = reallocarray(file, files + 1, sizeof(*more));

	if (!more)
		abort();
	file = more;
	file[files].path = strdup(path);
	if (!file[files].path)
		abort();
	snprintf(file[files].pid, sizeof(file->pid), "%s", pid);
	files++;
}

static void look_at(const char *pid)
{
	struct names fds = file_names("/proc/%s/fd", pid);
	char path[ROOT_PATH], target[ROOT_PATH];
	ssize_t length;
	size_t i;

	for (i = 0; i < fds.count; i++) {
		root_path(path, "/proc/%s/fd/%s", pid, fds.name[i]);
		length = readlink(path, target, sizeof(target) - 1);
		if (length < 0)
			continue;
		target[length] = '\0';
		if (!strncmp(target, "/dev/vfio/", 10))
			add(target, pid);
	}
	names_free(&fds);
}

static void look(void)
{
	struct names names = file_names("/proc");
	size_t i;

	for (i = 0; i < names.count; i++)
		if (isdigit((unsigned char)names.name[i][0]))
			look_at(names.name[i]);
	names_free(&names);
	known = true;
}

void holder_forget(void)
{
	while (files)
		free(file[--files].path);
	free(file);
	file = NULL;
	known = false;
}

static void held_by(struct vf *vf, const char *path)
{
	char *program;
	size_t i;

	for (i = 0; i < files && !*vf->holder; i++) {
		if (strcmp(file[i].path, path))
			continue;
		program = file_read("/proc/%s/comm", file[i].pid);
		snprintf(vf->holder, sizeof(vf->holder), "%s (%s)", program ? program : "?",
			 file[i].pid);
		free(program);
	}
}

void holder_of(struct vf *vf)
{
	char text[BDF_TEXT], path[ROOT_PATH];
	struct names cdevs;
	size_t i;

	if (!strstr(vf->driver, "vfio"))
		return;
	if (!known)
		look();
	snprintf(path, sizeof(path), "/dev/vfio/%s", vf->group);
	held_by(vf, path);
	cdevs = file_names("/sys/bus/pci/devices/%s/vfio-dev", bdf_text(&vf->bdf, text));
	for (i = 0; i < cdevs.count; i++) {
		snprintf(path, sizeof(path), "/dev/vfio/devices/%s", cdevs.name[i]);
		held_by(vf, path);
	}
	names_free(&cdevs);
}
