/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: VF Migration (9.2.4), the state machine of each VF.
 *
 * Floor: 2
 *
 *              offer M               activate S
 *    UA  ------------------>  MI  ------------------>  AV
 *    ^   <------------------      <------------------  | ^
 *    |        retract M             deactivate S       | |
 *    |                                     request M   v | cancel M
 *    +-----------------------------------------------  MO
 *                       complete S
 *
 * M is the device's other master (vf_migration_master.c), S is software, which
 * writes the new state to the VF Migration State Array (array.c).  In QEMU all
 * of NumVFs are enabled all the time: one that is UA does not answer, one that
 * is UA or MI cannot access memory (fn.c).  Without vf-migration every VF stays
 * AV.
 */

#include "qemu/osdep.h"
#include "hw/pci/pci_device.h"
#include "sriov_edu.h"
#include "trace.h"

#define UA PCI_SRIOV_VFM_UA     /* Inactive.Unavailable */
#define MI PCI_SRIOV_VFM_MI     /* Dormant.MigrateIn */
#define MO PCI_SRIOV_VFM_MO     /* Active.MigrateOut */
#define AV PCI_SRIOV_VFM_AV     /* Active.Available */

#define FIRST_OF_SOFTWARE SRIOV_EDU_MIGRATION_ACTIVATE

/*
 * The bits of SriovEduVfMigration.unreset: does a VF need an FLR (9.2.4.2)?
 *
 * CLEAN          set by an FLR, which clears the others; cleared by a write
 * MIGRATED_IN    set by activate; CMD is then a breach
 * MIGRATING_OUT  set by request if not CLEAN, and by a write that clears CLEAN
 *                after request; complete is then a breach
 */
#define MIGRATED_IN   1
#define MIGRATING_OUT 2
#define CLEAN         4

static const struct {
    const char *name;
    uint8_t from;
    uint8_t to;
} kinds[SRIOV_EDU_MIGRATION_KINDS] = {
    [SRIOV_EDU_MIGRATION_OFFER] = { "offer", UA, MI },
    [SRIOV_EDU_MIGRATION_RETRACT] = { "retract", MI, UA },
    [SRIOV_EDU_MIGRATION_REQUEST] = { "request", AV, MO },
    [SRIOV_EDU_MIGRATION_CANCEL] = { "cancel", MO, AV },
    [SRIOV_EDU_MIGRATION_ACTIVATE] = { "activate", MI, AV },
    [SRIOV_EDU_MIGRATION_DEACTIVATE] = { "deactivate", AV, MI },
    [SRIOV_EDU_MIGRATION_COMPLETE] = { "complete", MO, UA },
};

static bool vf_migration_is_enabled(SriovEduPf *pf)
{
    return sriov_edu_ctrl_has(pf, PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_VFM);
}

/*
 * 9.2.4.2: a transition does not reset the VF; if software does not reset it
 * either, the VF's behaviour is undefined.
 */
static void vf_migration_watch_resets(SriovEduPf *pf, unsigned int vf_id,
                                      unsigned int kind)
{
    uint8_t *unreset = &pf->migration.unreset[vf_id];
    SriovEduFunction *vf = sriov_edu_vf(pf, vf_id);

    switch (kind) {
    case SRIOV_EDU_MIGRATION_REQUEST:
        if (!(*unreset & CLEAN)) {
            *unreset |= MIGRATING_OUT;
        }
        break;
    case SRIOV_EDU_MIGRATION_ACTIVATE:
        *unreset = MIGRATED_IN;
        break;
    case SRIOV_EDU_MIGRATION_COMPLETE:
        if (vf && *unreset & MIGRATING_OUT) {
            sriov_edu_referee_breach(vf, SRIOV_EDU_REF_OUT_UNRESET);
        }
        break;
    }
}

static void vf_migration_make_transition(SriovEduPf *pf, unsigned int vf_id,
                                         unsigned int kind)
{
    SriovEduVfMigration *m = &pf->migration;
    SriovEduFunction *vf = sriov_edu_vf(pf, vf_id);

    trace_sriov_edu_vf_migration(pf->fn.pci.devfn, vf_id, kinds[kind].name);
    vf_migration_watch_resets(pf, vf_id, kind);
    m->state[vf_id] = kinds[kind].to;
    m->count[kind]++;
    if (vf) {
        sriov_edu_fn_update_master(vf);
    }
    if (m->state[vf_id] == UA) {
        sriov_edu_mailbox_empty(pf, vf_id);
    }
}

/*
 * The other master's side
 */

/*
 * Returns a value of MIGRATION_RESULT.  If it is MIGRATION_DONE, the caller has
 * to set VF Migration Status.
 */
uint32_t sriov_edu_vf_migration_command(SriovEduPf *pf, unsigned int kind,
                                        unsigned int vf_id)
{
    if (kind >= FIRST_OF_SOFTWARE) {
        return SRIOV_EDU_MIGRATION_NO_COMMAND;
    }
    if (vf_id >= pf->props.total_vfs) {
        return SRIOV_EDU_MIGRATION_NO_VF;
    }
    if (!vf_migration_is_enabled(pf)) {
        return SRIOV_EDU_MIGRATION_NOT_ENABLED;
    }
    if (pf->migration.state[vf_id] != kinds[kind].from) {
        return SRIOV_EDU_MIGRATION_WRONG_STATE;
    }
    vf_migration_make_transition(pf, vf_id, kind);
    return SRIOV_EDU_MIGRATION_DONE;
}

/* Call when VF Migration Status and its Interrupt Enable become both set. */
void sriov_edu_vf_migration_message(SriovEduPf *pf)
{
    if (sriov_edu_irq_message(&pf->fn, pf->props.vf_migration_vector)) {
        trace_sriov_edu_vf_migration_message(pf->fn.pci.devfn,
                                             pf->props.vf_migration_vector);
        pf->migration.messages++;
    }
}

/*
 * Software's side
 */

/* The state of a VF as software reads it */
uint8_t sriov_edu_vf_migration_state(SriovEduPf *pf, unsigned int vf_id)
{
    return sriov_edu_ctrl_has(pf, PCI_SRIOV_CTRL_VFE)
           ? pf->migration.state[vf_id] : UA;
}

void sriov_edu_vf_migration_write_state(SriovEduPf *pf, unsigned int vf_id,
                                        uint8_t to)
{
    uint8_t from = sriov_edu_vf_migration_state(pf, vf_id);
    unsigned int kind;

    for (kind = FIRST_OF_SOFTWARE; kind < ARRAY_SIZE(kinds); kind++) {
        if (vf_migration_is_enabled(pf) && kinds[kind].from == from &&
            kinds[kind].to == to) {
            vf_migration_make_transition(pf, vf_id, kind);
            return;
        }
    }
    if (from != to) {
        trace_sriov_edu_vf_migration_ignored(pf->fn.pci.devfn, vf_id, from, to);
        pf->migration.ignored++;
    }
}

/*
 * Resets
 */

/* 9.2.4.1: call when VF Enable is set, before the VFs are enabled. */
void sriov_edu_vf_migration_begin(SriovEduPf *pf)
{
    SriovEduVfMigration *m = &pf->migration;
    unsigned int vf_id;

    for (vf_id = 0; vf_id < pf->props.total_vfs; vf_id++) {
        m->state[vf_id] = vf_id < pf->props.initial_vfs ? AV : UA;
        m->unreset[vf_id] = 0;
    }
}

void sriov_edu_vf_migration_reset(SriovEduPf *pf)
{
    sriov_edu_vf_migration_begin(pf);
    pf->migration.result = 0;
    pf->migration.ambush = 0;
}

void sriov_edu_vf_migration_vf_was_reset(SriovEduPf *pf, unsigned int vf_id)
{
    pf->migration.unreset[vf_id] = CLEAN;
}

/* Call when software writes to @fn; a write to the PF has no effect here. */
void sriov_edu_vf_migration_fn_written(SriovEduFunction *fn)
{
    uint8_t *unreset;

    if (!sriov_edu_is_vf(fn)) {
        return;
    }
    unreset = &fn->pf->migration.unreset[fn->vf_id];
    if (*unreset & CLEAN) {
        *unreset = fn->pf->migration.state[fn->vf_id] == MO ? MIGRATING_OUT
                                                            : 0;
    }
}

/* Call when software makes @vf act. */
void sriov_edu_vf_migration_vf_used(SriovEduFunction *vf)
{
    if (vf->pf->migration.unreset[vf->vf_id] & MIGRATED_IN) {
        sriov_edu_referee_breach(vf, SRIOV_EDU_REF_IN_UNRESET);
    }
}
