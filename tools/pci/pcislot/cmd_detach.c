// SPDX-License-Identifier: GPL-2.0-only
/* detach: a whole slot of a guest, or all slots of guests that have ended */
#include "cmd.h"
#include "guest.h"

#include <stdlib.h>
#include <string.h>

#define GONE_ALREADY	-2	/* instead of a claim: another pcislot detached it */

static int no_slot(const char *text, struct err *err)
{
	return err_set(err, STATUS_REFUSED, "pcislot has given nothing to %s", text);
}

/* Find a slot by its number in the guest, "@07" */
static int find_place(const struct options *options, const char *text,
		      const struct state *state, struct holding **out,
		      struct err *err)
{
	char socket[STATE_SOCKET];
	int vslot;

	if (notation_parse_vslot(text, &vslot, err))
		return -1;
	if (!options->qmp)
		return err_set(err, STATUS_USAGE, "%s of which guest? --qmp SOCKET",
			       text);
	if (cmd_socket(options->qmp, socket, err))
		return -1;
	*out = state_find(state, socket, options->bus, vslot);
	return *out ? 0 : no_slot(text, err);
}

static int in_parts(const struct slot *slot, const struct holding *holding,
		    struct err *err)
{
	char rest[BDF_FNS * BDF_TEXT] = "", host[BDF_TEXT];
	size_t length = 0;
	unsigned int i;

	for (i = 0; i < holding->fns; i++)
		if (!slot_find(slot, &holding->fn[i].host))
			length += snprintf(rest + length, sizeof(rest) - length,
					   " %s", bdf_text(&holding->fn[i].host, host));
	if (!length)
		return 0;
	return err_set(err, STATUS_REFUSED,
		       "a slot is detached as a whole; it also has%s", rest);
}

/* Find a slot by its functions, all of which must be given */
static int find_set(const char *text, const struct state *state,
		    struct holding **out, struct err *err)
{
	struct slot slot;
	unsigned int i;

	if (slot_expand(text, true, &slot, err))
		return -1;
	*out = state_holder(state, &slot.fn[0].host);
	for (i = 0; i < slot.fns; i++) {
		struct holding *holder = state_holder(state, &slot.fn[i].host);
		char host[BDF_TEXT];

		if (!holder)
			no_slot(bdf_text(&slot.fn[i].host, host), err);
		else if (holder != *out)
			err_set(err, STATUS_REFUSED, "these are in different slots");
		else
			continue;
		return err_point(err, slot.fn[i].at);
	}
	return in_parts(&slot, *out, err);
}

static int find(const struct options *options, const char *text,
		const struct state *state, struct holding **out, struct err *err)
{
	return *text == '@' ? find_place(options, text, state, out, err) :
			      find_set(text, state, out, err);
}

/*
 * needed - whether a guest that runs has the slot: 1, 0 or -1.  A guest that was started
 * again at the same socket does not have it.
 */
static int needed(const struct options *options, const struct holding *holding,
		  struct err *err)
{
	unsigned int there;
	char why[USE_TEXT];
	struct qmp *qmp;
	int result;
	bool gone;

	qmp = qmp_open(holding->qmp, options->timeout, &gone, err);
	if (!qmp)
		return gone ? 0 : -1;
	result = guest_present(qmp, holding, &there, err);
	qmp_close(qmp);
	if (result)
		return -1;
	return there || cmd_opened(holding, true, why);
}

/* release - @holding is claimed; with --gone, only if no guest needs it */
static int release(const struct options *options, const struct holding *holding,
		   struct err *err)
{
	int result = options->gone ? needed(options, holding, err) : 0;

	if (result)
		return result < 0 ? -1 : 0;
	return cmd_undo(holding, options->timeout, err);
}

static void detach_one(const struct options *options, const char *text,
		       struct report *report)
{
	struct holding *found, holding;
	int claim = -1, result;
	struct state state;
	struct err err;

	if (state_begin(&state, &err)) {
		report_err(report, NULL, &err);
		return;
	}
	result = find(options, text, &state, &found, &err);
	if (!result) {
		holding = *found;
		claim = state_claim(&holding, &err);
	}
	state_end(&state);
	if (claim >= 0)
		result = release(options, &holding, &err);
	if (result || claim < 0)
		report_err(report, text, &err);
	if (claim >= 0)
		state_unclaim(&holding, claim);
}

/* claim_again - claim a holding that was read without the lock, if it still exists */
static int claim_again(const struct holding *holding, struct err *err)
{
	struct state state;
	int claim = GONE_ALREADY;

	if (state_begin(&state, err))
		return -1;
	if (state_find(&state, holding->qmp, holding->bus, holding->vslot))
		claim = state_claim(holding, err);
	state_end(&state);
	return claim;
}

/* Includes the rest of an attach that was killed, if QEMU has ended */
static void detach_gone(const struct options *options, struct report *report)
{
	struct state state;
	struct err err;
	size_t i;

	if (state_read(&state, &err)) {
		report_err(report, NULL, &err);
		return;
	}
	for (i = 0; i < state.holdings; i++) {
		int claim = claim_again(&state.holding[i], &err);

		if (claim == GONE_ALREADY)
			continue;
		if (claim < 0 || release(options, &state.holding[i], &err))
			report_err(report, NULL, &err);
		if (claim >= 0)
			state_unclaim(&state.holding[i], claim);
	}
	state_end(&state);
}

enum status cmd_detach(const struct options *options, char **set, int sets)
{
	struct report report = {};
	struct err err;
	int i;

	if (options->gone == !!sets) {
		err_set(&err, STATUS_USAGE, "detach needs slots or --gone");
		report_err(&report, NULL, &err);
	} else if (options->gone) {
		detach_gone(options, &report);
	}
	for (i = 0; i < sets && !options->gone; i++)
		detach_one(options, set[i], &report);
	return cmd_end(&report);
}
