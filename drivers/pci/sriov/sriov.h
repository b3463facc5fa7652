/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SR-IOV core: what its files share.  Nothing outside this directory includes
 * this header; the rest of drivers/pci calls the functions in ../pci.h.
 *
 * Every .c file has a floor, a number in its first comment.  It calls functions of
 * its own floor and of lower ones, never of a higher one; ./lab check verifies it.
 *
 * Vocabulary: a PF has TotalVFs places for VFs.  The specification counts VFs
 * from 1; a vf_id here counts from 0, so the specification's VF n is vf_id n-1.
 * A slot is the place of one VF: empty, or holding the VF's pci_dev.
 */
#ifndef _PCI_SRIOV_SRIOV_H
#define _PCI_SRIOV_SRIOV_H

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "cap.h"
#include "live.h"
#include "migration.h"
#include "vf.h"

struct pci_sriov_vf_ops;
struct sriov_removed;

/**
 * struct sriov_policy - settings of the driver and the administrator
 * @driver_max: most VFs that the PF driver supports
 * @autoprobe: bind drivers to new VFs
 * @parallel_probe: probe all VFs at once, not only those whose driver prefers it
 * @hw_numvfs: NumVFs of the next enable, so that VFs can be added later; 0
 *	for no more than are requested then
 * @vf_ops: the PF driver's callbacks about single VFs; under &pci_sriov.op_lock
 */
struct sriov_policy {
	u16 driver_max;
	bool autoprobe;
	bool parallel_probe;
	u16 hw_numvfs;
	const struct pci_sriov_vf_ops *vf_ops;
};

/**
 * enum sriov_phase - where a PF is between no VFs and all of them
 * @SRIOV_OFF: VF Enable is clear, all slots are empty
 * @SRIOV_ENABLING: on the way to SRIOV_ON
 * @SRIOV_ON: VF Enable is set, VFs are published
 * @SRIOV_DISABLING: on the way to SRIOV_OFF; VFs are refused new drivers.
 *	An operation that had to give up leaves the PF so, and the task that
 *	made it give up finishes it.
 */
enum sriov_phase {
	SRIOV_OFF,
	SRIOV_ENABLING,
	SRIOV_ON,
	SRIOV_DISABLING,
};

/**
 * struct sriov_ready - how long VFs take to be ready
 * @num_vfs: how many VFs report that, VF 0 and those that follow
 * @enable_us: microseconds after VF Enable
 */
struct sriov_ready {
	u16 num_vfs;
	u32 enable_us;
};

/**
 * struct sriov_task - a task that runs for an operation, which waits for it
 * @node: in &pci_sriov.tasks
 * @task: the task
 */
struct sriov_task {
	struct list_head node;
	struct task_struct *task;
};

/**
 * struct pci_sriov - the SR-IOV side of one PF
 * @pf: the PF; the struct lives and dies with it
 * @cap: hardware facts
 * @policy: settings
 * @op_lock: see below
 * @phase: where the PF is; written under @op_lock
 * @num_vfs: VFs that hardware was given and that can be used; written under @op_lock
 * @published: VFs that users see: fewer than @num_vfs if VF Migration has yet to
 *	bring some, or the administrator wants fewer; written under @op_lock,
 *	before the first VF of a new number is added or removed
 * @limit: how many of the VFs that are about to be enabled will be published;
 *	written under device_lock(pf), read in operations that it leads to
 * @configuring: the task in sriov_configure() for a write to sriov_numvfs, which
 *	does not wait for @settled_at; written under device_lock(pf)
 * @resizable: @published may be anything up to @num_vfs; under @op_lock
 * @ctrl: SR-IOV Control as last written; under @op_lock
 * @offset: First VF Offset, valid for the NumVFs last written
 * @stride: VF Stride, likewise
 * @common: what the VFs share; under pci_rescan_remove_lock
 * @layout: where the PF's own Extended Capabilities are; constant, NULL if that
 *	is not known
 * @ready: how long VFs take to be ready; under @op_lock, but &sriov_ready.num_vfs
 *	may be set to 0 at any time
 * @nested: the operation's task holds pci_rescan_remove_lock itself
 * @gave_up: why the operation has to give up, an errno, or 0; written under @lock
 * @enabled_at: when VF Enable was set; under @op_lock
 * @settled_at: when the capability may be read again after VF Enable was
 *	cleared, a ktime_t; written under @op_lock and pci_lock
 * @removed: keeps @settled_at when the PF is removed
 * @outage_until: when the outage ends at the latest, a ktime_t, or 0; set under
 *	pci_lock, cleared under @lock
 * @rebind: looks for drivers for VFs after an outage
 * @vfs_lost: VFs did not come back from a reset; written while the PF is restored,
 *	and under @op_lock
 * @buses: buses of VFs that are being waited for, the PF's own first, each with
 *	a reference, or NULL; under @op_lock
 * @nr_buses: how many
 * @lock: see below
 * @tasks: the task of the operation, and those that it waits for; under @lock
 * @owner: the task of the operation
 * @slots: one for each VF that hardware has been given; under @lock
 * @nr_slots: how many; under @lock
 * @preempt: how many holders of pci_rescan_remove_lock wait for this PF
 * @stopping: the PF is being removed; never cleared
 * @finish: finishes an operation that was cut short, see pci_iov_wait_over()
 * @wait: operations sleep here, and resets of the PF; woken when @preempt rises
 *	and when VF Migration has taken a VF from its driver
 * @live: live migration of VFs
 * @migration: VF Migration, NULL unless the PF is capable of it
 * @vf_total_msix: last answer of the driver's sriov_get_vf_total_msix()
 * @vf_total_msix_known: the driver was queried; cleared when it is unbound
 *
 * Locks, outermost first:
 *
 *	pci_rescan_remove_lock	devices are added and removed; &sriov_slot.vf is written
 *	device_lock(pf)		the PF's driver; its callbacks run under it
 *	@op_lock		one operation (enable, disable) at a time
 *	device_lock(vf)		a VF's driver is bound and unbound
 *	@lock			readers of @slots; nothing sleeps under it
 *
 * An operation holds the second and third of these while it needs the first,
 * against the order.  So it never blocks on pci_rescan_remove_lock, but waits
 * in sriov_rescan_enter(), which gives up as soon as @preempt is not zero; and
 * the holder of pci_rescan_remove_lock raises @preempt before waiting for
 * device_lock(pf) or @op_lock.  The operation then leaves the PF in
 * SRIOV_DISABLING without VF drivers, and the holder finishes the work.
 * pci_rescan_remove_lock is never held over a wait for hardware or while a VF
 * driver probes or removes, unless the caller came with it held.
 *
 * @num_vfs, @published, @phase, @offset and @stride may be read without a lock.
 */
struct pci_sriov {
	struct pci_dev *pf;
	struct sriov_cap cap;
	struct sriov_policy policy;

	struct mutex op_lock;	/* one operation at a time: the fields below */
	enum sriov_phase phase;
	u16 num_vfs;
	u16 published;
	u16 limit;
	struct task_struct *configuring;
	bool resizable;
	u16 ctrl;
	u16 offset;
	u16 stride;
	struct sriov_vf_common common;
	struct sriov_layout *layout;
	struct sriov_ready ready;
	bool nested;
	int gave_up;
	ktime_t enabled_at;
	atomic64_t settled_at;
	struct sriov_removed *removed;
	atomic64_t outage_until;
	struct work_struct rebind;
	bool vfs_lost;
	struct pci_bus **buses;
	unsigned int nr_buses;

	spinlock_t lock;	/* readers of: */
	struct list_head tasks;
	struct sriov_task owner;
	struct sriov_slot *slots;
	unsigned int nr_slots;

	atomic_t preempt;
	bool stopping;
	struct work_struct finish;
	wait_queue_head_t wait;

#ifdef CONFIG_PCI_IOV_LIVE
	struct sriov_live live;
#endif
	struct sriov_migration *migration;

	u32 vf_total_msix;
	bool vf_total_msix_known;
};

/* op.c, floor 0: one operation at a time, and the lock order */
void sriov_op_begin(struct pci_sriov *sriov);
void sriov_op_end(struct pci_sriov *sriov);
void sriov_task_begin(struct pci_sriov *sriov, struct sriov_task *task);
void sriov_task_end(struct pci_sriov *sriov, struct sriov_task *task);
bool sriov_op_waits_for_me(struct pci_sriov *sriov);
void sriov_preempt_begin(struct pci_sriov *sriov);
bool sriov_preempt_end(struct pci_sriov *sriov);
int sriov_rescan_enter(struct pci_sriov *sriov);
void sriov_rescan_exit(struct pci_sriov *sriov);
int sriov_preempted(struct pci_sriov *sriov);
int sriov_wait_until(struct pci_sriov *sriov, ktime_t when);
void sriov_sleep_until(ktime_t when);

/* settle.c, floor 1: the second after VF Enable is cleared */
int sriov_settle_init(struct pci_sriov *sriov);
void sriov_settle_free(struct pci_sriov *sriov);
void sriov_settle_begin(struct pci_sriov *sriov);
int sriov_settle_wait(struct pci_sriov *sriov);
void sriov_settle_finish(struct pci_sriov *sriov);
void sriov_settle_removed(struct pci_sriov *sriov);

/* ready.c, floor 2: the wait for VFs after VF Enable is set */
void sriov_ready_learn(struct pci_sriov *sriov, unsigned int num_vfs);
void sriov_ready_forget(struct pci_sriov *sriov);
u32 sriov_ready_us(struct pci_sriov *sriov);
int sriov_ready_delay(struct pci_sriov *sriov);
void sriov_ready_delay_restored(void);
bool sriov_vf_answers(struct pci_sriov *sriov, struct pci_bus *bus, int devfn);
int sriov_ready_wait(struct pci_sriov *sriov, unsigned int first,
		     unsigned int end, ktime_t since);

/* outage.c, floor 5: VFs while their PF is being reset */
void sriov_outage_init(struct pci_sriov *sriov);
void sriov_outage_over(struct pci_sriov *sriov);
bool sriov_outage_vfs_are_back(struct pci_sriov *sriov);
void sriov_outage_lost(struct pci_sriov *sriov);

/* notify.c, floor 1: users and the PF driver */
void sriov_publish(struct pci_sriov *sriov, u16 num_vfs);
void sriov_notify_enabled(struct pci_sriov *sriov);
int sriov_notify_arriving(struct pci_sriov *sriov, unsigned int vf_id);
void sriov_notify_arrived(struct pci_sriov *sriov, unsigned int vf_id);
unsigned int sriov_notify_leaving(struct pci_sriov *sriov, unsigned int vf_id);
void sriov_notify_staying(struct pci_sriov *sriov, unsigned int vf_id);
void sriov_notify_left(struct pci_sriov *sriov, unsigned int vf_id);

/* msix.c, floor 0 */
void sriov_msix_refresh_total(struct pci_sriov *sriov);
int sriov_msix_get_total(struct pci_sriov *sriov, u32 *total);
int sriov_msix_set_vf_count(struct pci_sriov *sriov, struct pci_dev *vf,
			    int vectors);

/* pf.c, floor 10: enabling and disabling */
void sriov_pf_begin(struct pci_sriov *sriov);
int sriov_pf_enable(struct pci_sriov *sriov, int num_vfs);
void sriov_pf_disable(struct pci_sriov *sriov);

/* resize.c, floor 10: more and fewer VFs while VFs are enabled */
int sriov_resize(struct pci_sriov *sriov, unsigned int num_vfs);
int sriov_set_online(struct pci_sriov *sriov, unsigned int vf_id, bool online);
bool sriov_may_lack_vfs(struct pci_sriov *sriov);

/* numvfs.c, floor 12: what a write to sriov_numvfs means */
int sriov_numvfs_set(struct pci_sriov *sriov, u16 num_vfs);
int sriov_hw_numvfs_set(struct pci_sriov *sriov, u16 num_vfs);

/**
 * to_sriov - the SR-IOV side of a device
 * @pf: any PCI device
 *
 * Return: NULL if @pf is not a PF.
 */
static inline struct pci_sriov *to_sriov(const struct pci_dev *pf)
{
	return pf->is_physfn ? pf->sriov : NULL;
}

/* The caller must hold pci_rescan_remove_lock. */
#define sriov_assert_rescan_lock() lockdep_assert(pci_rescan_remove_held())

static inline ktime_t sriov_settled_at(struct pci_sriov *sriov)
{
	return atomic64_read(&sriov->settled_at);
}

/**
 * sriov_settling - is the capability not to be read yet?
 * @sriov: the PF
 *
 * Return: true until the second after VF Enable was cleared is over.
 */
static inline bool sriov_settling(struct pci_sriov *sriov)
{
	return ktime_before(ktime_get(), sriov_settled_at(sriov));
}

/**
 * sriov_in_outage - is a PF being reset?
 * @sriov: the PF
 *
 * Return: true from before the reset until its VFs may be accessed again.
 */
static inline bool sriov_in_outage(struct pci_sriov *sriov)
{
	return ktime_before(ktime_get(), atomic64_read(&sriov->outage_until));
}

/**
 * sriov_bar_res - the memory of all VFs in a VF BAR
 * @pf: a PF
 * @bar: number of the BAR
 *
 * Return: the PF's resource for it.
 */
static inline struct resource *sriov_bar_res(struct pci_dev *pf, int bar)
{
	return &pf->resource[PCI_IOV_RESOURCES + bar];
}

#endif /* _PCI_SRIOV_SRIOV_H */
