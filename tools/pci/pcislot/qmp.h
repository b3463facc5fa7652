/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * QEMU's machine protocol, as far as a client needs it: one command at a time;
 * events that come while an answer is awaited are kept for who asks for them.
 */
#ifndef PCISLOT_QMP_H
#define PCISLOT_QMP_H

#include "err.h"

#include <jansson.h>
#include <stdbool.h>

struct qmp;

/*
 * qmp_open - connect to the socket at @path and shake hands, in @seconds at most,
 * which is also how long each answer may take.  NULL on failure; then @gone tells
 * whether nobody listens there any more.
 */
struct qmp *qmp_open(const char *path, unsigned int seconds, bool *gone,
		     struct err *err);

void qmp_close(struct qmp *qmp);

/*
 * qmp_execute - @arguments may be NULL, and is released here.  Returns what QEMU
 * returned, to be released, or NULL: then @err has QEMU's own words.
 */
json_t *qmp_execute(struct qmp *qmp, const char *command, json_t *arguments,
		    struct err *err);

/*
 * qmp_event - the next event, to be released, of those kept or of those that come
 * until @deadline, by qmp_now(); NULL: none came, or the connection is lost, and
 * @err says which.
 */
json_t *qmp_event(struct qmp *qmp, long deadline, struct err *err);

/* qmp_now - milliseconds on a clock that nobody sets */
long qmp_now(void);

#endif
