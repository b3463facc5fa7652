// SPDX-License-Identifier: GPL-2.0-only
/*
 * SR-IOV core: the state machine of VF Migration (PCIe r6.0, sec 9.2.4)
 *
 * Floor: 0
 *
 *                  offer                  activate*
 *   Inactive.   ------------> Dormant.  ------------> Active.
 *   Unavailable <------------ MigrateIn               Available
 *       ^          retract                  request    |    ^
 *       |                                              v    | cancel
 *       +-------------------------------------------- Active.
 *                          complete*                  MigrateOut
 *
 * Transitions with a star are made here, by writing the new state to the VF
 * Migration State Array; the others by the device's other master, at any time.
 * The specification also has one back from Active.Available to
 * Dormant.MigrateIn, which is not used: a VF that cannot be made a pci_dev stays
 * Active until it is requested.
 *
 * What comes next for a VF follows from its state and from where it is for
 * Linux, and nothing else: so it does not matter which events were seen, in
 * which order, or how many were missed.
 */
#include <linux/pci.h>

#include "migration.h"

#define UA	PCI_SRIOV_VFM_UA
#define MI	PCI_SRIOV_VFM_MI
#define MO	PCI_SRIOV_VFM_MO
#define AV	PCI_SRIOV_VFM_AV

/*
 * A VF that has a pci_dev and has become inactive or dormant was lost in a reset
 * of its PF: its driver is released without a query to the PF driver.
 */
static const u8 sriov_steps[SRIOV_VF_PLACES][4] = {
	[SRIOV_VF_NONE] = {
		[MI] = SRIOV_STEP_ACTIVATE,
		[MO] = SRIOV_STEP_COMPLETE,
		[AV] = SRIOV_STEP_CLAIM,
	},
	[SRIOV_VF_CLAIMED] = {
		[UA] = SRIOV_STEP_FORGET,
		[MI] = SRIOV_STEP_FORGET,
		[MO] = SRIOV_STEP_COMPLETE,
		[AV] = SRIOV_STEP_ADD,
	},
	[SRIOV_VF_THERE] = {
		[UA] = SRIOV_STEP_RELEASE,
		[MI] = SRIOV_STEP_RELEASE,
		[MO] = SRIOV_STEP_ASK,
	},
	[SRIOV_VF_ASKED] = {
		[UA] = SRIOV_STEP_RELEASE,
		[MI] = SRIOV_STEP_RELEASE,
		[MO] = SRIOV_STEP_ASK,
		[AV] = SRIOV_STEP_STAY,
	},
	/* SRIOV_VF_RELEASING: wait */
	[SRIOV_VF_RELEASED] = {
		[UA] = SRIOV_STEP_REMOVE,
		[MI] = SRIOV_STEP_REMOVE,
		[MO] = SRIOV_STEP_REMOVE,
		[AV] = SRIOV_STEP_STAY,
	},
	/* SRIOV_VF_FAILED: nothing, see below */
};

/**
 * sriov_migration_step - what is to be done about a VF next
 * @place: where it is for Linux
 * @state: its state
 * @was: its state when it was last read
 *
 * Return: the step.
 */
enum sriov_step sriov_migration_step(enum sriov_place place, u8 state, u8 was)
{
	if (place == SRIOV_VF_FAILED && state != was)
		place = SRIOV_VF_NONE;

	/* it was removed through its file, and stays so */
	if (place == SRIOV_VF_NONE && state == AV && was == AV)
		return SRIOV_STEP_NONE;

	return sriov_steps[place][state];
}

/**
 * sriov_migration_state_name - the specification's name of a state
 * @state: PCI_SRIOV_VFM_*
 *
 * Return: the name.
 */
const char *sriov_migration_state_name(u8 state)
{
	static const char * const names[] = {
		[UA] = "Inactive.Unavailable",
		[MI] = "Dormant.MigrateIn",
		[MO] = "Active.MigrateOut",
		[AV] = "Active.Available",
	};

	return names[state];
}
