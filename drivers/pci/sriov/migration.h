/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SR-IOV core: VF Migration, what its files share
 */
#ifndef _PCI_SRIOV_MIGRATION_H
#define _PCI_SRIOV_MIGRATION_H

#include <linux/device.h>
#include <linux/irqreturn.h>
#include <linux/ktime.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct pci_sriov;

/**
 * enum sriov_place - where a VF is for Linux
 * @SRIOV_VF_NONE: there is no pci_dev, or it was removed through its file
 * @SRIOV_VF_CLAIMED: Active; it has to be reset before it is used
 * @SRIOV_VF_THERE: it is a pci_dev
 * @SRIOV_VF_ASKED: likewise; the PF driver has requested time before it leaves
 * @SRIOV_VF_RELEASING: its driver is being released, which may take long
 * @SRIOV_VF_RELEASED: it has no driver, and none is bound
 * @SRIOV_VF_FAILED: the last attempt to bring it anywhere has failed, and there
 *	will be no other before the hardware changes its state
 * @SRIOV_VF_PLACES: how many there are
 */
enum sriov_place {
	SRIOV_VF_NONE,
	SRIOV_VF_CLAIMED,
	SRIOV_VF_THERE,
	SRIOV_VF_ASKED,
	SRIOV_VF_RELEASING,
	SRIOV_VF_RELEASED,
	SRIOV_VF_FAILED,
	SRIOV_VF_PLACES,
};

/**
 * enum sriov_step - what is to be done about a VF next
 * @SRIOV_STEP_NONE: nothing
 * @SRIOV_STEP_FORGET: there is nothing to do, but it is not claimed any more
 * @SRIOV_STEP_ACTIVATE: accept it
 * @SRIOV_STEP_CLAIM: it is Active again without having been offered
 * @SRIOV_STEP_ADD: reset it, make it a pci_dev
 * @SRIOV_STEP_ASK: query the PF driver whether it may leave
 * @SRIOV_STEP_STAY: the request to leave has been withdrawn
 * @SRIOV_STEP_RELEASE: release its driver
 * @SRIOV_STEP_REMOVE: remove the pci_dev
 * @SRIOV_STEP_COMPLETE: reset it, let it go
 */
enum sriov_step {
	SRIOV_STEP_NONE,
	SRIOV_STEP_FORGET,
	SRIOV_STEP_ACTIVATE,
	SRIOV_STEP_CLAIM,
	SRIOV_STEP_ADD,
	SRIOV_STEP_ASK,
	SRIOV_STEP_STAY,
	SRIOV_STEP_RELEASE,
	SRIOV_STEP_REMOVE,
	SRIOV_STEP_COMPLETE,
};

/**
 * struct sriov_migration_vf - a VF of a PF that uses VF Migration
 * @sriov: the PF
 * @vf_id: its number
 * @state: PCI_SRIOV_VFM_* as last read; written under &pci_sriov.op_lock
 * @place: &enum sriov_place; written under &pci_sriov.op_lock, but by @release
 *	when it leaves SRIOV_VF_RELEASING
 * @notified: the PF driver was notified that it leaves
 * @was_there: it has arrived, and not left yet
 * @added: it was made a pci_dev, and counts in &sriov_migration.present
 * @tries: how often the device has ignored a transition
 * @leave_at: when it leaves even if the PF driver requests more time
 * @ask_at: when to query the PF driver again
 * @release: releases its driver
 * @attr: its file in sysfs
 * @name: the file's name
 */
struct sriov_migration_vf {
	struct pci_sriov *sriov;
	unsigned int vf_id;
	u8 state;
	u8 place;
	bool notified;
	bool was_there;
	bool added;
	u8 tries;
	ktime_t leave_at;
	ktime_t ask_at;
	struct work_struct release;
	struct device_attribute attr;
	char name[sizeof("vf65535_state")];
};

/**
 * enum sriov_migration_count - what is counted
 * @SRIOV_COUNT_ARRIVED: VFs that came
 * @SRIOV_COUNT_LEFT: VFs that left
 * @SRIOV_COUNT_RETRACTED: offers withdrawn before they could be accepted
 * @SRIOV_COUNT_CANCELLED: requests to leave withdrawn before they were met
 * @SRIOV_COUNT_FAILED: attempts that failed (each was logged)
 * @SRIOV_COUNTS: how many there are
 */
enum sriov_migration_count {
	SRIOV_COUNT_ARRIVED,
	SRIOV_COUNT_LEFT,
	SRIOV_COUNT_RETRACTED,
	SRIOV_COUNT_CANCELLED,
	SRIOV_COUNT_FAILED,
	SRIOV_COUNTS,
};

/**
 * struct sriov_migration - VF Migration of one PF that is capable of it
 * @sriov: the PF
 * @array: the VF Migration State Array while VFs are enabled, else NULL; under
 *	&pci_sriov.op_lock
 * @vfs: one for each VF while VFs are enabled, else NULL.  Written under
 *	&pci_sriov.op_lock and &pci_sriov.lock
 * @nr_vfs: how many; as @vfs
 * @states: states as read by the work
 * @reset: which VFs are to be reset in a run of the work, a bit for each
 * @present: VFs that are pci_devs, or about to be; under &pci_sriov.op_lock
 * @count: events by &enum sriov_migration_count; likewise
 * @last_event: when the last of them was, by the wall clock; likewise
 * @work: reads the array and serves its requests
 * @restores: how often the capability has been restored
 * @irq_lock: @on, and access to VF Migration Status, which is not to be read
 *	once VF Enable has been cleared
 * @on: VF Migration is, or is about to be, enabled; interrupts are served
 */
struct sriov_migration {
	struct pci_sriov *sriov;

	u8 __iomem *array;
	struct sriov_migration_vf *vfs;
	unsigned int nr_vfs;
	u8 *states;
	unsigned long *reset;
	unsigned int present;
	unsigned long count[SRIOV_COUNTS];
	ktime_t last_event;
	struct delayed_work work;
	unsigned int restores;

	spinlock_t irq_lock;	/* see above */
	bool on;
};

#ifdef CONFIG_PCI_IOV_MIGRATION
/* migration_step.c, floor 0: the state machine */
enum sriov_step sriov_migration_step(enum sriov_place place, u8 state, u8 was);
const char *sriov_migration_state_name(u8 state);

/* migration_sysfs.c, floor 1 */
int sriov_migration_add_files(struct sriov_migration *m);
void sriov_migration_remove_files(struct sriov_migration *m);
void sriov_migration_notify(struct sriov_migration *m, unsigned int vf_id);

/* migration_array.c, floor 3: the VF Migration State Array */
int sriov_array_check(struct sriov_migration *m);
int sriov_array_map(struct sriov_migration *m);
void sriov_array_unmap(struct sriov_migration *m);
int sriov_array_read(struct sriov_migration *m, u8 *states);
int sriov_array_set(struct sriov_migration *m, unsigned int vf_id, u8 state,
		    u8 *got);

/* migration_vf.c, floor 7: one VF, step by step */
void sriov_migration_publish(struct sriov_migration *m, int change);
int sriov_vf_step(struct sriov_migration_vf *v, enum sriov_step step);
int sriov_vf_step_reset(struct sriov_migration_vf *v);
void sriov_vf_gone(struct sriov_migration_vf *v);
void sriov_migration_count_event(struct sriov_migration *m,
				 enum sriov_migration_count what);

/* migration_work.c, floor 8: interrupts and works */
void sriov_migration_work(struct work_struct *work);
void sriov_migration_kick(struct sriov_migration *m, unsigned int ms);
void sriov_migration_unbind_work(struct work_struct *work);
void sriov_migration_reset_begin(struct pci_sriov *sriov);
irqreturn_t sriov_migration_interrupt(struct sriov_migration *m);

/* migration.c, floor 9: begin and end */
void sriov_migration_init(struct pci_sriov *sriov);
void sriov_migration_free(struct pci_sriov *sriov);
bool sriov_migration_wanted(struct pci_sriov *sriov);
int sriov_migration_prepare(struct pci_sriov *sriov, unsigned int num_vfs);
void sriov_migration_release(struct pci_sriov *sriov);
bool sriov_migration_is_used(struct pci_sriov *sriov);
int sriov_migration_begin(struct pci_sriov *sriov);
void sriov_migration_populated(struct pci_sriov *sriov);
void sriov_migration_stop(struct pci_sriov *sriov);
void sriov_migration_end(struct pci_sriov *sriov);
void sriov_migration_cancel(struct pci_sriov *sriov);
void sriov_migration_restoring(struct pci_sriov *sriov);
void sriov_migration_restored(struct pci_sriov *sriov);
u16 sriov_migration_present(struct pci_sriov *sriov, u16 num_vfs);
#else
static inline void sriov_migration_init(struct pci_sriov *sriov) { }
static inline void sriov_migration_free(struct pci_sriov *sriov) { }
static inline bool sriov_migration_wanted(struct pci_sriov *sriov)
{
	return false;
}

static inline int sriov_migration_prepare(struct pci_sriov *sriov,
					  unsigned int num_vfs)
{
	return 0;
}

static inline void sriov_migration_release(struct pci_sriov *sriov) { }
static inline bool sriov_migration_is_used(struct pci_sriov *sriov)
{
	return false;
}

static inline int sriov_migration_begin(struct pci_sriov *sriov)
{
	return 0;
}

static inline void sriov_migration_populated(struct pci_sriov *sriov) { }
static inline void sriov_migration_stop(struct pci_sriov *sriov) { }
static inline void sriov_migration_end(struct pci_sriov *sriov) { }
static inline void sriov_migration_cancel(struct pci_sriov *sriov) { }
static inline void sriov_migration_reset_begin(struct pci_sriov *sriov) { }
static inline void sriov_migration_restoring(struct pci_sriov *sriov) { }
static inline void sriov_migration_restored(struct pci_sriov *sriov) { }
static inline u16 sriov_migration_present(struct pci_sriov *sriov, u16 num_vfs)
{
	return num_vfs;
}
#endif

#endif /* _PCI_SRIOV_MIGRATION_H */
