/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes to sysfs that may take long.  A process of its own writes, so that sriovctl
 * can report a write that the kernel does not finish, which even SIGKILL may not end.
 */
#ifndef SRIOVCTL_WRITE_H
#define SRIOVCTL_WRITE_H

#include "bdf.h"
#include "deadline.h"
#include "err.h"

/* write_function - write @text to a file of a function, by the deadline */
int write_function(const struct bdf *bdf, const char *name, const char *text,
		   const struct deadline *deadline, struct err *err);

/* write_driver - write the address to bind or unbind of a driver */
int write_driver(const char *driver, const char *name, const struct bdf *bdf,
		 const struct deadline *deadline, struct err *err);

/* write_probe - have the kernel look for a driver */
int write_probe(const struct bdf *bdf, const struct deadline *deadline, struct err *err);

#endif
