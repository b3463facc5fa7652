// SPDX-License-Identifier: GPL-2.0-only
#include "driver.h"
#include "patient.h"
#include "root.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* The contents of an empty driver_override, and the text that clears it */
#define NO_OVERRIDE	"(null)"
#define CLEAR_OVERRIDE	"\n"

static void read_override(const struct bdf *host, char text[SYSFS_TEXT])
{
	if (!sysfs_read(host, "driver_override", text) || !strcmp(text, NO_OVERRIDE))
		text[0] = '\0';
}

static void read_driver(const struct bdf *host, char text[SYSFS_TEXT])
{
	if (!sysfs_driver(host, text))
		text[0] = '\0';
}

static size_t wildcards(const char *pattern)
{
	size_t count = 0;

	while ((pattern = strchr(pattern, '*'))) {
		pattern++;
		count++;
	}
	return count;
}

/*
 * made_for - the module with the most specific alias "vfio_pci:..." that matches the
 * function, which vfio-pci and its variants have; false if there is none
 */
static bool made_for(const struct bdf *host, char module[SYSFS_TEXT])
{
	char path[ROOT_PATH], line[512], alias[256], name[SYSFS_TEXT];
	char modalias[SYSFS_TEXT];
	size_t best = SIZE_MAX;
	struct utsname kernel;
	FILE *file;

	if (!sysfs_read(host, "modalias", modalias) ||
	    strncmp(modalias, "pci:", 4) || uname(&kernel))
		return false;
	root_path(path, "/lib/modules/%s/modules.alias", kernel.release);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "alias vfio_pci:%255s %127s", alias, name) != 2 ||
		    wildcards(alias) >= best || fnmatch(alias, modalias + 4, 0))
			continue;
		best = wildcards(alias);
		snprintf(module, SYSFS_TEXT, "%s", name);
	}
	if (file)
		fclose(file);
	return best != SIZE_MAX;
}

/* choose - see driver_remember() */
static void choose(struct held *held, struct report *report)
{
	char module[SYSFS_TEXT], host[BDF_TEXT];

	snprintf(held->bound, sizeof(held->bound), "%s", DRIVER_VFIO);
	if (sysfs_vfio(&held->host))
		snprintf(held->bound, sizeof(held->bound), "%s", held->driver);
	else if (made_for(&held->host, module) && strcmp(module, "vfio_pci") &&
		 !sysfs_driver_of(module, held->bound))
		report_note(report, "%s gets %s, as its own module %s is not loaded",
			    bdf_text(&held->host, host), DRIVER_VFIO, module);
}

void driver_remember(struct held *held, struct report *report)
{
	read_driver(&held->host, held->driver);
	read_override(&held->host, held->driver_override);
	held->node = sysfs_node(&held->host);
	choose(held, report);
}

static const char *reason(int error)
{
	switch (error) {
	case ETIMEDOUT:
		return "the kernel still waits for the driver";
	case EALREADY:
		return "the kernel waits for the driver since an earlier try";
	case EINTR:
		return "interrupted; the kernel still waits for the driver";
	default:
		return strerror(error);
	}
}

static int failed(const struct held *held, const char *what, const char *driver,
		  int error, struct err *err)
{
	char text[BDF_TEXT];

	return err_set(err, STATUS_FAILED, "%s: could not %s %s: %s",
		       bdf_text(&held->host, text), what, driver, reason(error));
}

static int set_override(const struct held *held, const char *driver,
			struct err *err)
{
	const char *text = *driver ? driver : CLEAR_OVERRIDE;
	int error = sysfs_write(&held->host, "driver_override", text);

	return error ? failed(held, "set driver_override to",
			      *driver ? driver : "none", error, err) : 0;
}

static int leave(const struct held *held, const char *driver, unsigned int seconds,
		 struct err *err)
{
	int error = patient_write(driver, "unbind", &held->host, seconds);

	return error ? failed(held, "unbind it from", driver, error, err) : 0;
}

static int join(const struct held *held, const char *driver, unsigned int seconds,
		struct err *err)
{
	int error = patient_write(driver, "bind", &held->host, seconds);

	return error ? failed(held, "bind it to", driver, error, err) : 0;
}

/*
 * With an override a VF is bound even if sriov_drivers_autoprobe of its PF is 0, and
 * no other driver can be bound first.
 */
static int change(const struct held *held, const char *driver, unsigned int seconds,
		  struct err *err)
{
	char now[SYSFS_TEXT];
	bool bound = sysfs_driver(&held->host, now);

	if (bound && !strcmp(now, driver))
		return 0;
	if (*driver && set_override(held, driver, err))
		return -1;
	if (bound && leave(held, now, seconds, err))
		return -1;
	return *driver ? join(held, driver, seconds, err) : 0;
}

int driver_take(const struct held *held, unsigned int seconds, struct err *err)
{
	return change(held, held->bound, seconds, err);
}

bool driver_is_taken(const struct held *held)
{
	char now[SYSFS_TEXT];

	return sysfs_driver(&held->host, now) && !strcmp(now, held->bound);
}

/* Drivers and overrides that pcislot leaves when it ends at any point */
static bool is_ours(const struct held *held, const char *driver,
		    const char *override)
{
	if (*driver && strcmp(driver, held->bound) && strcmp(driver, held->driver))
		return false;
	return !strcmp(override, held->bound) || !strcmp(override, held->driver) ||
	       !strcmp(override, held->driver_override);
}

static bool left_alone(const struct held *held, const char *driver,
		       const char *override, struct report *report)
{
	char host[BDF_TEXT];

	bdf_text(&held->host, host);
	if (held->node && sysfs_node(&held->host) != held->node)
		report_note(report, "%s is left as it is: it was removed and made anew",
			    host);
	else if (!is_ours(held, driver, override))
		report_note(report, "%s is left as it is: driver %s and override %s are not ours",
			    host, *driver ? driver : "none",
			    *override ? override : "none");
	else
		return false;
	return true;
}

/* Binding is left to the kernel if the driver is not loaded now. */
static int give_to(const struct held *held, unsigned int seconds,
		   struct report *report, struct err *err)
{
	char host[BDF_TEXT];

	if (!*held->driver || sysfs_driver_exists(held->driver))
		return change(held, held->driver, seconds, err);
	report_note(report, "%s has no driver now: %s is not loaded",
		    bdf_text(&held->host, host), held->driver);
	return change(held, "", seconds, err);
}

int driver_give_back(const struct held *held, unsigned int seconds,
		     struct report *report, struct err *err)
{
	char driver[SYSFS_TEXT], override[SYSFS_TEXT];
	struct err second;

	/* Nothing to do for a VF that was removed. */
	if (!sysfs_exists(&held->host))
		return 0;
	read_driver(&held->host, driver);
	read_override(&held->host, override);
	if (patient_waits(&held->host))
		return failed(held, "change the", "driver", EALREADY, err);
	if (left_alone(held, driver, override, report))
		return 0;
	if (!strcmp(driver, held->driver) && !strcmp(override, held->driver_override))
		return 0;
	/* Restore the override even if binding the driver failed. */
	if (give_to(held, seconds, report, err)) {
		set_override(held, held->driver_override, &second);
		return -1;
	}
	return set_override(held, held->driver_override, err);
}
