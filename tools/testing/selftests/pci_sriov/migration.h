/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VF Migration: commands of the device's other master for a PF's VFs, the resulting
 * state of the VFs, and a model that predicts it.
 *
 *	offer				request
 *	   UA -> MI -> AV (core)	   AV -> MO -> UA (core)
 *	retract				cancel
 *	   MI -> UA			   MO -> AV
 *
 * The states are PCI_SRIOV_VFM_*.
 */
#ifndef PCI_SRIOV_MIGRATION_H
#define PCI_SRIOV_MIGRATION_H

#include <linux/pci_regs.h>

#include "edu.h"

#define MIGRATION_DIR	"sriov_migration"
#define MIGRATION_VFS	8
#define MIGRATION_SAID	160

/* The commands of the other master are the first four kinds of transition */
#define MIGRATION_CMDS	(SRIOV_EDU_MIGRATION_CANCEL + 1)

/**
 * struct model - the expected state of the VFs
 * @may: for each VF, a bit for each state that it may be in now: the core may have
 *	made its transition already or not
 * @done: transitions that the other master has made
 * @wrong: commands with an impossible result
 */
struct model {
	uint8_t may[MIGRATION_VFS];
	uint32_t done[MIGRATION_CMDS];
	unsigned int wrong;
};

/**
 * struct migration - a PF that is capable of VF Migration
 * @pf: the PF
 * @map: its registers
 * @array: its VF Migration State Array
 * @vf: its VFs, whether they exist or not
 * @initial: InitialVFs
 * @num_vfs: the number of VFs written to sriov_numvfs
 * @model: the expected state
 * @count: the device's counts at the start of the model
 * @first: number of VFs that existed at the start of the model
 * @arrived: the core's count of VFs that arrived, likewise
 * @left: the core's count of VFs that left, likewise
 * @failed: the core's count of failures, likewise
 * @vf_driver: the driver that VFs should have
 * @diff: the difference between model and system
 */
struct migration {
	struct pci_fn pf;
	struct edu_map map;
	struct edu_array array;
	struct pci_fn vf[MIGRATION_VFS];
	int initial;
	int num_vfs;
	struct model model;
	uint32_t count[SRIOV_EDU_MIGRATION_KINDS];
	int first;
	long long arrived;
	long long left;
	long long failed;
	const char *vf_driver;
	char diff[MIGRATION_SAID];
};

/* The index-th sriov-edu PF that the core can use VF Migration with. */
int migration_find(int index, struct pci_fn *pf);

/* Maps registers and array of &migration.pf; returns 0 or a negative errno. */
int migration_open(struct migration *m);
void migration_close(struct migration *m);

/* Disables VFs, enables @num_vfs, and resets the model. */
int migration_enable(struct migration *m, int num_vfs);

/* Resets the model to the state after VFs were enabled. */
void migration_restart(struct migration *m);

/* Executes a command of the other master (SRIOV_EDU_MIGRATION_*); returns its result. */
uint32_t migration_event(struct migration *m, unsigned int kind, int vf_id);

/* The same for all VFs from @first on, until one fails */
uint32_t migration_event_for_all(struct migration *m, unsigned int kind,
				 int first);

/* The same at the next read, or write, of the VF's state by software. */
void migration_ambush(struct migration *m, unsigned int kind, int vf_id,
		      bool write);

/* Waits until an ambush has made its transition. */
void migration_ambushed(struct migration *m, unsigned int kind, int vf_id);

/*
 * Waits until the system matches the model: the device, the state files, links, VFs
 * and their drivers, sriov_numvfs and the counters.  Returns "", or the difference
 * that remains.
 */
const char *migration_settle(struct migration *m);

/* A counter in sriov_migration. */
long long migration_counter(const struct migration *m, const char *name);

/* Waits until the counter is @number. */
bool migration_counts_to(const struct migration *m, const char *name,
			 long long number);

/* Whether the state file of a VF has this contents. */
bool migration_says(const struct migration *m, int vf_id, uint8_t state);

/* Waits until it has. */
bool migration_comes(const struct migration *m, int vf_id, uint8_t state);

/* The violations that the device's referee has counted, as text */
const char *migration_breaches(struct migration *m);

/* The number of resets of a VF */
uint32_t migration_resets(const struct migration *m, int vf_id);

/* Interrupts of the PF's vector for VF Migration, or -1 if it has none. */
long long migration_interrupts(const struct migration *m);

#endif
