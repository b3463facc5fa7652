// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: the same for many VFs at a time
 *
 * Floor: 1
 *
 * For what mostly sleeps: probes of VF drivers, and resets.  Works take one VF
 * after the other, so there may be many more of them than processors.
 */
#include <linux/bitmap.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "../pci.h"
#include "sriov.h"

#define SRIOV_MANY_WORKS	64

/**
 * struct sriov_many - one call for each of many VFs
 * @sriov: their PF
 * @fn: what is called
 * @next: the slot that is next
 * @nr_works: how many works there are
 * @works: they call @fn
 * @vfs: which VFs, a bit for each slot
 */
struct sriov_many {
	struct pci_sriov *sriov;
	void (*fn)(struct pci_sriov *sriov, unsigned int vf_id);
	atomic_t next;
	unsigned int nr_works;
	const unsigned long *vfs;
	struct sriov_many_work {
		struct work_struct work;
		struct sriov_many *many;
	} works[] __counted_by(nr_works);
};

static void sriov_many_work(struct work_struct *work)
{
	struct sriov_many *many =
		container_of(work, struct sriov_many_work, work)->many;
	struct pci_sriov *sriov = many->sriov;
	struct sriov_task task;
	unsigned int vf_id;

	sriov_task_begin(sriov, &task);
	while (!sriov_preempted(sriov)) {
		vf_id = atomic_fetch_inc(&many->next);
		if (vf_id >= sriov->nr_slots)
			break;
		if (test_bit(vf_id, many->vfs))
			many->fn(sriov, vf_id);
	}
	sriov_task_end(sriov, &task);
}

/**
 * sriov_many_begin - begin to call a function for many VFs
 * @sriov: the PF
 * @vfs: which VFs, a bit for each slot; stays until sriov_many_end()
 * @fn: what to call; calls end early if the operation must give up
 *
 * Context: within an operation.
 * Return: what sriov_many_end() waits for, or NULL without memory.
 */
struct sriov_many *sriov_many_begin(struct pci_sriov *sriov,
				    const unsigned long *vfs,
				    void (*fn)(struct pci_sriov *sriov,
					       unsigned int vf_id))
{
	unsigned int nr = bitmap_weight(vfs, sriov->nr_slots), i;
	struct sriov_many *many;

	lockdep_assert_held(&sriov->op_lock);

	nr = min(nr, SRIOV_MANY_WORKS);
	many = kzalloc(struct_size(many, works, nr), GFP_KERNEL);
	if (!many)
		return NULL;

	many->nr_works = nr;
	many->sriov = sriov;
	many->fn = fn;
	many->vfs = vfs;
	for (i = 0; i < nr; i++) {
		many->works[i].many = many;
		INIT_WORK(&many->works[i].work, sriov_many_work);
		queue_work(system_unbound_wq, &many->works[i].work);
	}

	return many;
}

/**
 * sriov_many_end - wait until all calls have been made
 * @many: from sriov_many_begin()
 */
void sriov_many_end(struct sriov_many *many)
{
	unsigned int i;

	for (i = 0; i < many->nr_works; i++)
		flush_work(&many->works[i].work);

	kfree(many);
}
