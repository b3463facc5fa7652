/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the device's other master, which is the MR-PCIM of 9.2.4.  It acts
 * on VFs by registers of the PF and by properties of the PF's QOM object.
 *
 * Floor: 5
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-builtin-visit.h"
#include "qapi/visitor.h"
#include "hw/pci/pci_device.h"
#include "sriov_edu.h"

#define LAST_KIND (SRIOV_EDU_MIGRATION_KINDS - 1)
#define VF_SHIFT  ctz32(SRIOV_EDU_MIGRATION_CMD_VF)

#define AMBUSH_BITS (SRIOV_EDU_MIGRATION_AMBUSH_KIND | \
                     SRIOV_EDU_MIGRATION_AMBUSH_WRITE | \
                     SRIOV_EDU_MIGRATION_AMBUSH_ARMED | \
                     SRIOV_EDU_MIGRATION_CMD_VF)

static const char *const state_name[] = {
    [PCI_SRIOV_VFM_UA] = "Inactive.Unavailable",
    [PCI_SRIOV_VFM_MI] = "Dormant.MigrateIn",
    [PCI_SRIOV_VFM_MO] = "Active.MigrateOut",
    [PCI_SRIOV_VFM_AV] = "Active.Available",
};

static const char *const command_name[] = {
    [SRIOV_EDU_MIGRATION_OFFER]   = "vf-migration-offer",
    [SRIOV_EDU_MIGRATION_RETRACT] = "vf-migration-retract",
    [SRIOV_EDU_MIGRATION_REQUEST] = "vf-migration-request",
    [SRIOV_EDU_MIGRATION_CANCEL]  = "vf-migration-cancel",
};

uint32_t sriov_edu_master_read(SriovEduPf *pf, hwaddr addr)
{
    const SriovEduVfMigration *m = &pf->migration;

    switch (addr) {
    case SRIOV_EDU_MIGRATION_RESULT:
        return m->result;
    case SRIOV_EDU_MIGRATION_AMBUSH:
        return m->ambush;
    case SRIOV_EDU_MIGRATION_COUNT(0) ... SRIOV_EDU_MIGRATION_COUNT(LAST_KIND):
        return m->count[(addr - SRIOV_EDU_MIGRATION_COUNT(0)) / 4];
    case SRIOV_EDU_MIGRATION_IGNORED:
        return m->ignored;
    case SRIOV_EDU_MIGRATION_MESSAGES:
        return m->messages;
    default:
        return 0;
    }
}

/* 9.3.3.4.1: each transition by the other master sets VF Migration Status. */
static uint32_t master_command(SriovEduPf *pf, unsigned int kind,
                               unsigned int vf_id)
{
    uint32_t result = sriov_edu_vf_migration_command(pf, kind, vf_id);

    if (result == SRIOV_EDU_MIGRATION_DONE) {
        sriov_edu_cap_set_vf_migration_status(pf);
    }
    return result;
}

static bool master_write_cmd(SriovEduPf *pf, uint32_t val)
{
    pf->migration.result = master_command(pf,
                                          val & SRIOV_EDU_MIGRATION_CMD_KIND,
                                          val >> VF_SHIFT);
    return pf->migration.result == SRIOV_EDU_MIGRATION_DONE;
}

bool sriov_edu_master_write(SriovEduPf *pf, hwaddr addr, uint32_t val)
{
    if (!pf->props.vf_migration) {
        return false;
    }
    switch (addr) {
    case SRIOV_EDU_MIGRATION_CMD:
        return master_write_cmd(pf, val);
    case SRIOV_EDU_MIGRATION_AMBUSH:
        pf->migration.ambush = val & AMBUSH_BITS;
        return true;
    default:
        return false;
    }
}

/* Call after software has read or written the byte of @vf_id in the array. */
void sriov_edu_master_saw(SriovEduPf *pf, unsigned int vf_id, bool write)
{
    uint32_t ambush = pf->migration.ambush;

    if (!(ambush & SRIOV_EDU_MIGRATION_AMBUSH_ARMED) ||
        !!(ambush & SRIOV_EDU_MIGRATION_AMBUSH_WRITE) != write ||
        ambush >> VF_SHIFT != vf_id) {
        return;
    }
    pf->migration.ambush = 0;
    master_write_cmd(pf, vf_id << VF_SHIFT |
                         (ambush & SRIOV_EDU_MIGRATION_AMBUSH_KIND));
}

static void master_set_command(Object *obj, Visitor *v, const char *name,
                               void *opaque, Error **errp)
{
    SriovEduPf *pf = SRIOV_EDU_PF(obj);
    uint32_t vf_id;

    if (!visit_type_uint32(v, name, &vf_id, errp)) {
        return;
    }
    switch (master_command(pf, GPOINTER_TO_UINT(opaque), vf_id)) {
    case SRIOV_EDU_MIGRATION_NO_VF:
        error_setg(errp, "VF %u does not exist: total-vfs is %u", vf_id,
                   pf->props.total_vfs);
        break;
    case SRIOV_EDU_MIGRATION_NOT_ENABLED:
        error_setg(errp, "VF Enable and VF Migration Enable are not both set");
        break;
    case SRIOV_EDU_MIGRATION_WRONG_STATE:
        error_setg(errp, "VF %u is %s", vf_id,
                   state_name[sriov_edu_vf_migration_state(pf, vf_id)]);
        break;
    }
}

static void master_get_states(Object *obj, Visitor *v, const char *name,
                              void *opaque, Error **errp)
{
    SriovEduPf *pf = SRIOV_EDU_PF(obj);
    g_autoptr(strList) states = NULL;
    strList **tail = &states;
    unsigned int vf_id;

    if (sriov_edu_ctrl_has(pf, PCI_SRIOV_CTRL_VFE)) {
        for (vf_id = 0; vf_id < pf->props.total_vfs; vf_id++) {
            uint8_t state = sriov_edu_vf_migration_state(pf, vf_id);

            QAPI_LIST_APPEND(tail, g_strdup(state_name[state]));
        }
    }
    visit_type_strList(v, name, &states, errp);
}

void sriov_edu_master_init(SriovEduPf *pf)
{
    Object *obj = OBJECT(pf);
    unsigned int kind;

    for (kind = 0; kind < ARRAY_SIZE(command_name); kind++) {
        object_property_add(obj, command_name[kind], "uint32", NULL,
                            master_set_command, NULL, GUINT_TO_POINTER(kind));
    }
    object_property_add(obj, "vf-migration-states", "strList",
                        master_get_states, NULL, NULL, NULL);
}
