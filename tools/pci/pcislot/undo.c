// SPDX-License-Identifier: GPL-2.0-only
/* Undoes the attaching of a slot, complete or not */
#include "cmd.h"
#include "driver.h"
#include "guest.h"

#include <stdio.h>

/* Give back every function, also after an error; the first error is reported. */
static int give_back(const struct holding *holding, struct err *err)
{
	struct err second, *now = err;
	int result = 0;
	unsigned int i;

	for (i = 0; i < holding->fns; i++) {
		if (!driver_give_back(&holding->fn[i], now))
			continue;
		result = -1;
		now = &second;
	}
	if (result)
		err->status = STATUS_LEFT;
	return result;
}

/* settle - drop what was undone; @left stays for the next detach */
static int settle(const struct holding *holding, bool left, struct err *err)
{
	struct holding *found;
	struct state state;
	int result = 0;

	if (state_begin(&state, err))
		return -1;
	found = state_find(&state, holding->qmp, holding->bus, holding->vslot);
	if (found && left)
		found->attached = false;
	else if (found)
		state_drop(&state, found);
	if (found)
		result = state_write(&state, err);
	state_end(&state);
	return result;
}

static int release(const struct holding *holding, unsigned int seconds,
		   struct err *err)
{
	struct qmp *qmp;
	bool gone;
	int result;

	qmp = qmp_open(holding->qmp, seconds, &gone, err);
	if (!qmp)
		return gone ? 0 : -1;
	result = guest_release(qmp, holding, seconds, err);
	qmp_close(qmp);
	return result;
}

int cmd_undo(const struct holding *holding, unsigned int seconds,
	     struct err *err)
{
	struct err second;

	if (release(holding, seconds, err))
		return -1;
	if (give_back(holding, err)) {
		settle(holding, true, &second);
		return -1;
	}
	if (!settle(holding, false, err))
		return 0;
	err->status = STATUS_LEFT;
	return -1;
}
