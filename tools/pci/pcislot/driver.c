// SPDX-License-Identifier: GPL-2.0-only
#include "driver.h"

#include <errno.h>
#include <string.h>

/* The contents of an empty driver_override, and the text that clears it */
#define NO_OVERRIDE	"(null)"
#define CLEAR_OVERRIDE	"\n"

void driver_remember(struct held *held)
{
	if (!sysfs_driver(&held->host, held->driver))
		held->driver[0] = '\0';
	if (!sysfs_read(&held->host, "driver_override", held->driver_override) ||
	    !strcmp(held->driver_override, NO_OVERRIDE))
		held->driver_override[0] = '\0';
}

static int failed(const struct held *held, const char *what, const char *driver,
		  int error, struct err *err)
{
	char text[BDF_TEXT];

	return err_set(err, STATUS_FAILED, "%s: could not %s %s: %s",
		       bdf_text(&held->host, text), what, driver, strerror(error));
}

static int set_override(const struct held *held, const char *driver,
			struct err *err)
{
	const char *text = *driver ? driver : CLEAR_OVERRIDE;
	int error = sysfs_write(&held->host, "driver_override", text);

	return error ? failed(held, "set driver_override to",
			      *driver ? driver : "none", error, err) : 0;
}

static int leave(const struct held *held, const char *driver, struct err *err)
{
	int error = sysfs_write_driver(driver, "unbind", &held->host);

	return error ? failed(held, "unbind it from", driver, error, err) : 0;
}

static int join(const struct held *held, const char *driver, struct err *err)
{
	int error = sysfs_write_driver(driver, "bind", &held->host);

	return error ? failed(held, "bind it to", driver, error, err) : 0;
}

/*
 * With an override a VF is bound even if sriov_drivers_autoprobe of its PF is 0, and
 * no other driver can be bound first.
 */
static int change(const struct held *held, const char *driver, struct err *err)
{
	char now[SYSFS_TEXT];
	bool bound = sysfs_driver(&held->host, now);

	if (bound && !strcmp(now, driver))
		return 0;
	if (*driver && set_override(held, driver, err))
		return -1;
	if (bound && leave(held, now, err))
		return -1;
	return *driver ? join(held, driver, err) : 0;
}

int driver_take(const struct held *held, struct err *err)
{
	return change(held, DRIVER_VFIO, err);
}

int driver_give_back(const struct held *held, struct err *err)
{
	/* Nothing to do for a VF that was removed. */
	if (!sysfs_exists(&held->host))
		return 0;
	/* Restore the override even if binding the driver failed. */
	if (change(held, held->driver, err)) {
		struct err second;

		set_override(held, held->driver_override, &second);
		return -1;
	}
	return set_override(held, held->driver_override, err);
}
