/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VF Migration under load: VFs that copy, each in a thread of its own, and events in
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
 * @fn: the function
 * @may_go: it may not exist, or may be removed while it copies
 * @stop: set to end the thread
 * @done: number of correct copies
 * @error: the first unexpected error, or the error of a single copy
 */
struct work {
	pthread_t thread;
	const struct pci_fn *fn;
	bool may_go;
	atomic_bool stop;
	int done;
	int error;
};

/* Starts the thread; returns 0 or a negative errno. */
int work_start(struct work *work, const struct pci_fn *fn, bool may_go);

/* Starts a single copy that takes @us microseconds; returns when it runs. */
int work_start_slow(struct work *work, const struct migration *m, int vf_id,
		    unsigned int us);

/* Ends the thread, or waits for the single copy; returns its error. */
int work_end(struct work *work);

/* Whether a VF's engine is busy. */
bool work_is_running(const struct migration *m, int vf_id);

/*
 * Executes random commands for VFs from @first on, most of them possible ones, with
 * random pauses.
 */
void random_event(struct migration *m, int first, unsigned int *seed);
void random_pause(unsigned int *seed);

#endif
