/* SPDX-License-Identifier: GPL-2.0-only */
/* Why drivers did not bind: what the kernel has logged since kmsg_open() */
#ifndef SRIOVCTL_KMSG_H
#define SRIOVCTL_KMSG_H

#include "bdf.h"
#include "names.h"

struct kmsg {
	int fd;			/* -1 if the log cannot be read */
	struct names failures;	/* of probes, as logged */
	struct names warnings;	/* and all that is as severe */
};

void kmsg_open(struct kmsg *kmsg);
void kmsg_close(struct kmsg *kmsg);

/* kmsg_failure - the last message that a probe of the function failed, or NULL */
const char *kmsg_failure(struct kmsg *kmsg, const struct bdf *bdf);

/* kmsg_warning - the last warning or error that names the function, or NULL */
const char *kmsg_warning(struct kmsg *kmsg, const struct bdf *bdf);

#endif
