/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: VF Migration (9.2.4), the state machine of each VF.
 *
 *              offer M               activate S
 *    UA  ------------------>  MI  ------------------>  AV
 *    ^   <------------------      <------------------  | ^
 *    |        retract M             deactivate S       | |
 *    |                                     request M   v | cancel M
 *    +-----------------------------------------------  MO
 *                       complete S
 *
 * M is the device's other master (master.c), S is software, which writes the
 * new state to the VF Migration State Array.  All of NumVFs are there for QEMU
 * all the time: one that is UA does not answer, one that is UA or MI cannot
 * reach memory.  Without vf-migration every VF is AV for ever.
 */

#include "qemu/osdep.h"
#include "hw/pci/pci.h"
#include "sriov_edu.h"
#include "trace.h"

#define UA PCI_SRIOV_VFM_UA     /* Inactive.Unavailable */
#define MI PCI_SRIOV_VFM_MI     /* Dormant.MigrateIn */
#define MO PCI_SRIOV_VFM_MO     /* Active.MigrateOut */
#define AV PCI_SRIOV_VFM_AV     /* Active.Available */

#define STATE_MASK 3            /* the rest is reserved */

#define FIRST_OF_SOFTWARE SRIOV_EDU_MIGRATION_ACTIVATE

/* Whether a VF needs an FLR, see SriovEduMigration.unreset */
#define MIGRATED_IN   1
#define MIGRATING_OUT 2
#define CLEAN         4         /* it does not: nobody used it since it had one */

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

static uint8_t state_of(const SriovEduFunction *vf)
{
    return vf->pf->migration.state[vf->vf_id];
}

/* 9.3.3.7: is there a function that answers? */
bool sriov_edu_migration_exists(const SriovEduFunction *fn)
{
    return !sriov_edu_is_vf(fn) || state_of(fn) != UA;
}

/* 9.2.4: may the function make requests? */
bool sriov_edu_migration_is_active(const SriovEduFunction *fn)
{
    return !sriov_edu_is_vf(fn) || state_of(fn) == AV || state_of(fn) == MO;
}

static bool is_enabled(SriovEduPf *pf)
{
    return sriov_edu_cap_ctrl_has(pf, PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_VFM);
}

/*
 * 9.2.4.2: a transition does not reset the VF, and what becomes of one that is
 * not reset by software is not defined.
 */
static void watch_resets(SriovEduPf *pf, unsigned int vf_id, unsigned int kind)
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

static void make_transition(SriovEduPf *pf, unsigned int vf_id,
                            unsigned int kind)
{
    SriovEduMigration *m = &pf->migration;
    SriovEduFunction *vf = sriov_edu_vf(pf, vf_id);

    trace_sriov_edu_migration(pf->fn.pci.devfn, vf_id, kinds[kind].name);
    watch_resets(pf, vf_id, kind);
    m->state[vf_id] = kinds[kind].to;
    m->count[kind]++;
    if (vf) {
        sriov_edu_update_state(vf);
    }
}

/*
 * The other master's side
 */

/* Returns a value of MIGRATION_RESULT. */
uint32_t sriov_edu_migration_command(SriovEduPf *pf, unsigned int kind,
                                     unsigned int vf_id)
{
    if (kind >= FIRST_OF_SOFTWARE) {
        return SRIOV_EDU_MIGRATION_NO_COMMAND;
    }
    if (vf_id >= pf->props.total_vfs) {
        return SRIOV_EDU_MIGRATION_NO_VF;
    }
    if (!is_enabled(pf)) {
        return SRIOV_EDU_MIGRATION_NOT_ENABLED;
    }
    if (pf->migration.state[vf_id] != kinds[kind].from) {
        return SRIOV_EDU_MIGRATION_WRONG_STATE;
    }
    make_transition(pf, vf_id, kind);
    sriov_edu_cap_set_migration_status(pf);
    return SRIOV_EDU_MIGRATION_DONE;
}

/* VF Migration Status and VF Migration Interrupt Enable are now both set. */
void sriov_edu_migration_message(SriovEduPf *pf)
{
    if (sriov_edu_irq_message(&pf->fn, pf->props.vf_migration_vector)) {
        trace_sriov_edu_migration_message(pf->fn.pci.devfn,
                                          pf->props.vf_migration_vector);
        pf->migration.messages++;
    }
}

/*
 * Software's side: the VF Migration State Array (9.3.3.15.1)
 */

/* What software reads as the state of a VF */
uint8_t sriov_edu_migration_state(SriovEduPf *pf, unsigned int vf_id)
{
    return sriov_edu_cap_ctrl_has(pf, PCI_SRIOV_CTRL_VFE)
           ? pf->migration.state[vf_id] : UA;
}

static uint64_t array_read(void *opaque, hwaddr vf_id, unsigned int size)
{
    SriovEduPf *pf = opaque;
    uint8_t val;

    if (vf_id >= pf->props.total_vfs) {
        return 0;
    }
    sriov_edu_referee_array_read(pf);
    val = sriov_edu_migration_state(pf, vf_id);
    sriov_edu_master_saw(pf, vf_id, false);
    return val;
}

static void write_state(SriovEduPf *pf, unsigned int vf_id, uint8_t to)
{
    uint8_t from = sriov_edu_migration_state(pf, vf_id);
    unsigned int kind;

    for (kind = FIRST_OF_SOFTWARE; kind < ARRAY_SIZE(kinds); kind++) {
        if (is_enabled(pf) && kinds[kind].from == from &&
            kinds[kind].to == to) {
            make_transition(pf, vf_id, kind);
            return;
        }
    }
    if (from != to) {
        trace_sriov_edu_migration_ignored(pf->fn.pci.devfn, vf_id, from, to);
        pf->migration.ignored++;
    }
}

static void array_write(void *opaque, hwaddr vf_id, uint64_t val,
                        unsigned int size)
{
    SriovEduPf *pf = opaque;

    if (vf_id >= pf->props.total_vfs) {
        sriov_edu_guest_error(&pf->fn, "a state written for VF %" HWADDR_PRIu
                              " of %u", vf_id, pf->props.total_vfs);
        return;
    }
    write_state(pf, vf_id, val & STATE_MASK);
    sriov_edu_master_saw(pf, vf_id, true);
}

/* What is wider than a byte comes byte by byte. */
static const MemoryRegionOps array_ops = {
    .read = array_read,
    .write = array_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 1, .unaligned = true },
};

/*
 * The whole
 */

void sriov_edu_migration_init(SriovEduPf *pf)
{
    if (!pf->props.vf_migration) {
        return;
    }
    memory_region_init_io(&pf->array, OBJECT(pf), &array_ops, pf,
                          "sriov-edu-array", SRIOV_EDU_ARRAY_SIZE);
    memory_region_add_subregion(&pf->fn.bar[1], SRIOV_EDU_ARRAY_OFFSET,
                                &pf->array);
    sriov_edu_master_init(pf);
}

/* As exit_bars() in function.c */
void sriov_edu_migration_exit(SriovEduPf *pf)
{
    if (pf->props.vf_migration) {
        memory_region_del_subregion(&pf->fn.bar[1], &pf->array);
    }
}

/* 9.2.4.1, before VF Enable makes VFs */
void sriov_edu_migration_begin(SriovEduPf *pf)
{
    SriovEduMigration *m = &pf->migration;
    unsigned int vf_id;

    for (vf_id = 0; vf_id < pf->props.total_vfs; vf_id++) {
        m->state[vf_id] = vf_id < pf->props.initial_vfs ? AV : UA;
        m->unreset[vf_id] = 0;
    }
}

void sriov_edu_migration_reset(SriovEduPf *pf)
{
    sriov_edu_migration_begin(pf);
    pf->migration.result = 0;
    pf->migration.ambush = 0;
}

void sriov_edu_migration_vf_was_reset(SriovEduPf *pf, unsigned int vf_id)
{
    pf->migration.unreset[vf_id] = CLEAN;
}

/* Something is written in @fn, which matters in a VF. */
void sriov_edu_migration_is_written(SriovEduFunction *fn)
{
    uint8_t *unreset;

    if (!sriov_edu_is_vf(fn)) {
        return;
    }
    unreset = &fn->pf->migration.unreset[fn->vf_id];
    if (*unreset & CLEAN) {
        *unreset = state_of(fn) == MO ? MIGRATING_OUT : 0;
    }
}

/* CMD is written in @vf. */
void sriov_edu_migration_vf_is_used(SriovEduFunction *vf)
{
    if (vf->pf->migration.unreset[vf->vf_id] & MIGRATED_IN) {
        sriov_edu_referee_breach(vf, SRIOV_EDU_REF_IN_UNRESET);
    }
}
