/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client for QEMU's machine protocol.  It sends one command at a time; events about
 * unplugging that arrive before the answer are kept for qmp_event(), all else is
 * dropped.  The peer may be hostile: it gets neither more time than the timeout nor
 * more memory than one message and a few events.
 */
#ifndef PCISLOT_QMP_H
#define PCISLOT_QMP_H

#include "err.h"

#include <jansson.h>
#include <stdbool.h>

struct qmp;

/*
 * qmp_open - connect to the socket at @path and negotiate, in @seconds at most, which
 * is also the timeout of each answer.  Returns NULL on failure; @gone is then set if
 * no program answers at @path: QEMU has ended, or its socket was removed.
 */
struct qmp *qmp_open(const char *path, unsigned int seconds, bool *gone,
		     struct err *err);

void qmp_close(struct qmp *qmp);

/*
 * qmp_execute - execute a command.  @arguments may be NULL, and is released here.
 * Returns QEMU's answer, to be released, or NULL with QEMU's message in @err.
 */
json_t *qmp_execute(struct qmp *qmp, const char *command, json_t *arguments,
		    struct err *err);

/* qmp_refused - whether QEMU refused the last command, rather than that it got no answer */
bool qmp_refused(const struct qmp *qmp);

/*
 * qmp_event - the next event about unplugging, to be released: one that was kept, or one
 * that arrives until @deadline, by qmp_now().  Returns NULL, with the reason in @err, if none
 * arrived or the connection is lost.
 */
json_t *qmp_event(struct qmp *qmp, long deadline, struct err *err);

/* qmp_pause - wait a moment before something is tried again */
void qmp_pause(void);

/* qmp_now - milliseconds of a monotonic clock */
long qmp_now(void);

#endif
