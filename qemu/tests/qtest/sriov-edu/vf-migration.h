/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of VF Migration have in common: short names for the constants,
 * and steps that many of them take.
 */
#ifndef SRIOV_EDU_VF_MIGRATION_H
#define SRIOV_EDU_VF_MIGRATION_H

#include "machine.h"

#define UA PCI_SRIOV_VFM_UA
#define MI PCI_SRIOV_VFM_MI
#define MO PCI_SRIOV_VFM_MO
#define AV PCI_SRIOV_VFM_AV

#define OFFER      SRIOV_EDU_MIGRATION_OFFER
#define RETRACT    SRIOV_EDU_MIGRATION_RETRACT
#define REQUEST    SRIOV_EDU_MIGRATION_REQUEST
#define CANCEL     SRIOV_EDU_MIGRATION_CANCEL
#define ACTIVATE   SRIOV_EDU_MIGRATION_ACTIVATE
#define DEACTIVATE SRIOV_EDU_MIGRATION_DEACTIVATE
#define COMPLETE   SRIOV_EDU_MIGRATION_COMPLETE
#define KINDS      SRIOV_EDU_MIGRATION_KINDS

#define DONE        SRIOV_EDU_MIGRATION_DONE
#define NO_COMMAND  SRIOV_EDU_MIGRATION_NO_COMMAND
#define NO_VF       SRIOV_EDU_MIGRATION_NO_VF
#define NOT_ENABLED SRIOV_EDU_MIGRATION_NOT_ENABLED
#define WRONG_STATE SRIOV_EDU_MIGRATION_WRONG_STATE

#define MIGRATION (PCI_SRIOV_CTRL_VFM | PCI_SRIOV_CTRL_INTR)
#define VFS_ON    (PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE)

/* A machine with InitialVFs 4, TotalVFs 8, and VF Enable set with NumVFs 8 */
Fn boot_migration(void);

/* The VF Migration State Array */
uint64_t state_addr(Fn *pf, unsigned int vf_id);
uint8_t state(Fn *pf, unsigned int vf_id);
void write_state(Fn *pf, unsigned int vf_id, uint8_t val);

/* The other master: returns MIGRATION_RESULT, or a count of transitions */
uint32_t command(Fn *pf, unsigned int kind, unsigned int vf_id);
uint32_t count(Fn *pf, unsigned int kind);

void set_ctrl(Fn *pf, uint16_t val);
bool status(Fn *pf);            /* VF Migration Status */
void clear_status(Fn *pf);

/* Brings a VF from any state to @to by legal transitions. */
void bring(Fn *pf, unsigned int vf_id, uint8_t to);

/* A VF whose engine is allowed to run */
Fn prepare_migrating_vf(Fn *pf, unsigned int vf_id);
void expect_silence(Fn *vf);
void expect_answers(Fn *vf);

#endif
