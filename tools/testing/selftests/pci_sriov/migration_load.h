/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VF Migration under load: VFs at work, each in a thread of its own, and events in
 * random order.
 */
#ifndef PCI_SRIOV_MIGRATION_LOAD_H
#define PCI_SRIOV_MIGRATION_LOAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "migration.h"

/**
 * struct work - a function that copies again and again
 * @fn: which
 * @may_go: it may not be there, or go while it copies
 * @stop: set to end it
 * @done: copies that were right
 * @error: the first that must not be, or of a single copy
 */
struct work {
	pthread_t thread;
	const struct pci_fn *fn;
	bool may_go;
	atomic_bool stop;
	int done;
	int error;
};

/* Begins; returns 0 or a negative errno. */
int work_start(struct work *work, const struct pci_fn *fn, bool may_go);

/* A single copy that takes @us microseconds; returns when it runs. */
int work_start_slow(struct work *work, const struct migration *m, int vf_id,
		    unsigned int us);

/* Ends, or waits for the single copy; returns its error. */
int work_end(struct work *work);

/* Is a VF's engine busy? */
bool work_is_running(const struct migration *m, int vf_id);

/*
 * Random commands to VFs from @first on, most of them such as can be made, with
 * random pauses.
 */
void random_event(struct migration *m, int first, unsigned int *seed);
void random_pause(unsigned int *seed);

#endif
