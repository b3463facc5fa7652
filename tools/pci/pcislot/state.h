/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What pcislot has given to whom, in /run/pcislot/state.json.  A holding is
 * written before the first of its functions is touched and dropped after the last
 * was given back, so that whatever ends the tool in between, "pcislot detach"
 * knows what to undo.
 *
 * The file is replaced as a whole.  Who changes it holds the lock beside it, from
 * state_begin() to state_end(), and never while it waits for a guest.
 */
#ifndef PCISLOT_STATE_H
#define PCISLOT_STATE_H

#include "format.h"
#include "slot.h"
#include "sysfs.h"

#define STATE_SOCKET	108	/* sun_path has no more */
#define STATE_BUS	64

struct held {
	struct bdf host;
	int vfn;
	char id[FORMAT_ID];		/* in QEMU */
	char driver[SYSFS_TEXT];	/* former driver, "" for none */
	char driver_override[SYSFS_TEXT];	/* former one, "" for none */
};

struct holding {
	char qmp[STATE_SOCKET];
	char bus[STATE_BUS];		/* "": the guest's first */
	int vslot;
	bool attached;		/* false: attach did not come to its end */
	struct held fn[BDF_FNS];
	unsigned int fns;
};

struct state {
	struct holding *holding;
	size_t holdings;
	int lock;
};

/* state_read - as it is now, for who only looks */
int state_read(struct state *state, struct err *err);

/* state_begin - lock, then read */
int state_begin(struct state *state, struct err *err);

/* state_write - make the file say what @state says; needs state_begin() */
int state_write(const struct state *state, struct err *err);

/* state_end - of state_read() or state_begin(); cannot fail */
void state_end(struct state *state);

/* state_holder - in which holding @host is, or NULL */
struct holding *state_holder(const struct state *state, const struct bdf *host);

/* state_find - what is in that slot of that guest, or NULL */
struct holding *state_find(const struct state *state, const char *qmp,
			   const char *bus, int vslot);

/* state_add - take in a copy of @holding; pointers to others end here */
void state_add(struct state *state, const struct holding *holding);

void state_drop(struct state *state, struct holding *holding);

/*
 * state_claim - be the one process that works on that holding, until
 * state_unclaim() or the process's end; needs state_begin().  Returns a descriptor.
 */
int state_claim(const struct holding *holding, struct err *err);
void state_unclaim(const struct holding *holding, int claim);

#endif
