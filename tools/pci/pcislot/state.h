/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions that were given to guests, in /run/pcislot/state.json.  A holding is
 * written before the first of its functions is changed, and dropped after the last
 * was given back.  So "pcislot detach" can undo an attach that was killed.
 *
 * The file is replaced as a whole.  A process that changes it holds the lock file
 * beside it from state_begin() to state_end(), and never while it waits for a guest.
 */
#ifndef PCISLOT_STATE_H
#define PCISLOT_STATE_H

#include "bus.h"
#include "format.h"
#include "slot.h"
#include "sysfs.h"

#define STATE_SOCKET	108	/* sun_path has no more */

struct held {
	struct bdf host;
	int vfn;
	char id[FORMAT_ID];		/* in QEMU */
	char driver[SYSFS_TEXT];	/* former driver, "" for none */
	char driver_override[SYSFS_TEXT];	/* former one, "" for none */
	char bound[SYSFS_TEXT];		/* the driver of VFIO that it gets */
	unsigned long node;		/* sysfs_node(), or 0 if not recorded */
};

struct holding {
	char qmp[STATE_SOCKET];
	char bus[BUS_TEXT];		/* "" for the guest's first */
	int vslot;
	bool attached;		/* false: attach was not completed */
	struct held fn[BDF_FNS];
	unsigned int fns;
};

struct state {
	struct holding *holding;
	size_t holdings;
	int lock;
};

/* state_read - read the file without locking it */
int state_read(struct state *state, struct err *err);

/* state_begin - lock the file, then read it */
int state_begin(struct state *state, struct err *err);

/* state_write - write @state to the file; needs state_begin() */
int state_write(const struct state *state, struct err *err);

/* state_end - undo state_read() or state_begin(); cannot fail */
void state_end(struct state *state);

/* state_holder - the holding that has the function @host, or NULL */
struct holding *state_holder(const struct state *state, const struct bdf *host);

/* state_find - the holding in a slot of a guest, or NULL */
struct holding *state_find(const struct state *state, const char *qmp,
			   const char *bus, int vslot);

/* state_add - add a copy of @holding; pointers to holdings become invalid */
void state_add(struct state *state, const struct holding *holding);

void state_drop(struct state *state, struct holding *holding);

/*
 * state_claim - gain exclusive use of that holding, until state_unclaim() or the end
 * of the process; needs state_begin().  Returns a descriptor, or -1.
 */
int state_claim(const struct holding *holding, struct err *err);
void state_unclaim(const struct holding *holding, int claim);

#endif
