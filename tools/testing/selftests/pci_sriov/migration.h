/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VF Migration: what the device's other master does to a PF's VFs, what becomes of
 * them, and a model that says what must.
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

/* The other master's commands, which are the first four kinds of transition */
#define MIGRATION_CMDS	(SRIOV_EDU_MIGRATION_CANCEL + 1)

/**
 * struct model - what is known of the VFs without asking
 * @may: for each VF, the states that it may be in now, a bit for each: the core
 *	may have made its transition already or not
 * @done: transitions that the other master has made
 * @wrong: commands whose result cannot be
 */
struct model {
	uint8_t may[MIGRATION_VFS];
	uint32_t done[MIGRATION_CMDS];
	unsigned int wrong;
};

/**
 * struct migration - a PF that is capable of VF Migration
 * @pf: it
 * @map: its registers
 * @array: its VF Migration State Array
 * @vf: its VFs, whether they exist or not
 * @initial: InitialVFs
 * @num_vfs: how many of them the core was told to enable
 * @model: what should be
 * @count: the device's counts when the model began
 * @first: VFs that were there when counting began
 * @arrived: the core's count of VFs that arrived, likewise
 * @left: the core's count of VFs that left, likewise
 * @failed: of what failed
 * @vf_driver: what VFs should have
 * @said: how model and system differ
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
	char said[MIGRATION_SAID];
};

/* The index-th sriov-edu PF that the core can use VF Migration with. */
int migration_find(int index, struct pci_fn *pf);

/* Maps registers and array of &migration.pf; returns 0 or a negative errno. */
int migration_open(struct migration *m);
void migration_close(struct migration *m);

/* Enables so many VFs by way of 0; the model begins anew. */
int migration_enable(struct migration *m, int num_vfs);

/* All VFs are as after they were enabled. */
void migration_restart(struct migration *m);

/* What the other master does (SRIOV_EDU_MIGRATION_*); says what became of it. */
uint32_t migration_event(struct migration *m, unsigned int kind, int vf_id);

/* To all VFs from @first on, as long as all goes well */
uint32_t migration_event_for_all(struct migration *m, unsigned int kind,
				 int first);

/* The same at the next read, or write, of the VF's state by software. */
void migration_ambush(struct migration *m, unsigned int kind, int vf_id,
		      bool write);

/* An ambush has made its transition. */
void migration_ambushed(struct migration *m, unsigned int kind, int vf_id);

/*
 * Waits until all is as the model has it: the device, the state files, links,
 * VFs and their drivers, sriov_numvfs and the counters.  Returns what did not
 * become so, or "".
 */
const char *migration_settle(struct migration *m);

/* A counter in sriov_migration. */
long long migration_counter(const struct migration *m, const char *name);

/* Waits until it is @number. */
bool migration_counts_to(const struct migration *m, const char *name,
			 long long number);

/* Is this what the state file of a VF says? */
bool migration_says(const struct migration *m, int vf_id, uint8_t state);

/* Waits until it is. */
bool migration_comes(const struct migration *m, int vf_id, uint8_t state);

/* What the device's referee has counted, in words */
const char *migration_breaches(struct migration *m);

/* Resets that a VF has seen */
uint32_t migration_resets(const struct migration *m, int vf_id);

/* Interrupts of the PF's vector for VF Migration, or -1 if there is no such. */
long long migration_interrupts(const struct migration *m);

#endif
