/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the referee, which counts breaches of the rules that the
 * specification makes for software.  It only observes: counting does not change
 * how the device behaves.
 *
 * Floor: 1
 *
 *   VF Enable  ___________/------------------\______________________________
 *                         |<-- limit -->|     |<------- 1 s ------>|
 *                          vf-early            vfe-early, cap-early,
 *                                              header-early, d-state-early,
 *                                              reset-early
 *   FLR        ___________/\____________________
 *                         |<-- limit -->|
 *                          flr-early
 *
 * The limit is sriov_edu_rtr_limit(), the second is VF_DISABLE_WAIT.
 */

#include "qemu/osdep.h"
#include "qemu/range.h"
#include "qapi/visitor.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pci_bridge.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pcie.h"
#include "sriov_edu.h"
#include "trace.h"

#define LAST_KIND (SRIOV_EDU_REF_KINDS - 1)

/* 9.3.3.3.1: from clearing VF Enable to the next read of the capability */
#define VF_DISABLE_WAIT (1000 * SCALE_MS)

static const char *const kind_name[SRIOV_EDU_REF_KINDS] = {
    [SRIOV_EDU_REF_VF_EARLY]      = "vf-early",
    [SRIOV_EDU_REF_VFE_EARLY]     = "vfe-early",
    [SRIOV_EDU_REF_CAP_EARLY]     = "cap-early",
    [SRIOV_EDU_REF_NUMVFS_LOCKED] = "numvfs-locked",
    [SRIOV_EDU_REF_NUMVFS_RANGE]  = "numvfs-range",
    [SRIOV_EDU_REF_BAR_LOCKED]    = "bar-locked",
    [SRIOV_EDU_REF_PGSIZE_LOCKED] = "pgsize-locked",
    [SRIOV_EDU_REF_PGSIZE_RANGE]  = "pgsize-range",
    [SRIOV_EDU_REF_ARI_LOCKED]    = "ari-locked",
    [SRIOV_EDU_REF_VF_REQUEST]    = "vf-request",
    [SRIOV_EDU_REF_FLR_EARLY]     = "flr-early",
    [SRIOV_EDU_REF_OUT_UNRESET]   = "out-unreset",
    [SRIOV_EDU_REF_IN_UNRESET]    = "in-unreset",
    [SRIOV_EDU_REF_HEADER_EARLY]  = "header-early",
    [SRIOV_EDU_REF_D_STATE_EARLY] = "d-state-early",
    [SRIOV_EDU_REF_RESET_EARLY]   = "reset-early",
    [SRIOV_EDU_REF_LIVE_WRITE]    = "live-write",
};

static uint32_t referee_saturating_add(uint32_t a, uint32_t b)
{
    return MIN((uint64_t)a + b, UINT32_MAX);
}

static uint32_t referee_total(const SriovEduReferee *r)
{
    uint32_t sum = 0;
    int kind;

    for (kind = 0; kind < SRIOV_EDU_REF_KINDS; kind++) {
        sum = referee_saturating_add(sum, r->count[kind]);
    }
    return sum;
}

void sriov_edu_referee_breach(SriovEduFunction *fn, unsigned int kind)
{
    SriovEduReferee *r = &fn->pf->referee;
    unsigned int number = sriov_edu_fn_number(fn);

    r->count[kind] = referee_saturating_add(r->count[kind], 1);
    r->last = kind | number << ctz32(SRIOV_EDU_REFEREE_LAST_FN);
    trace_sriov_edu_referee(number, kind_name[kind], r->count[kind]);
    sriov_edu_guest_error(fn, "rule breached: %s", kind_name[kind]);
}

/*
 * Has less than @wait passed since @since?  The guest's clock is not QEMU's,
 * and lags when QEMU delays the guest's processors: hence referee-slack-ms.  A
 * time in the future can only come from a snapshot that is wrong.
 */
static bool referee_within(const SriovEduPf *pf, int64_t since, int64_t wait)
{
    int64_t slack = (int64_t)pf->props.referee_slack_ms * SCALE_MS;
    int64_t now = sriov_edu_now();

    return since != SRIOV_EDU_NEVER && now >= since &&
           now - since < wait - slack;
}

/* Call for each access to @fn, in configuration space or in a BAR. */
void sriov_edu_referee_access(SriovEduFunction *fn)
{
    int64_t limit = sriov_edu_rtr_limit(fn);

    if (!sriov_edu_fn_exists(fn)) {
        return;
    }
    if (sriov_edu_is_vf(fn) &&
        referee_within(fn->pf, fn->pf->referee.vf_enabled_at, limit)) {
        sriov_edu_referee_breach(fn, SRIOV_EDU_REF_VF_EARLY);
    }
    if (referee_within(fn->pf, fn->flr_at, limit)) {
        sriov_edu_referee_breach(fn, SRIOV_EDU_REF_FLR_EARLY);
    }
}

/* 9.3.3.3.1: the second after software cleared VF Enable */
static void referee_check_second(SriovEduPf *pf, unsigned int kind)
{
    if (referee_within(pf, pf->referee.vf_disabled_at, VF_DISABLE_WAIT)) {
        sriov_edu_referee_breach(&pf->fn, kind);
    }
}

void sriov_edu_referee_config_read(SriovEduFunction *fn, uint32_t addr, int len)
{
    /*
     * QEMU's root port reads the Link Status of the function 0 behind it
     * whenever its own is read; the device cannot distinguish this from
     * software.
     */
    if (addr == SRIOV_EDU_CAP_EXP + PCI_EXP_LNKSTA && len == 2 &&
        !fn->pci.devfn) {
        return;
    }
    sriov_edu_referee_access(fn);
    if (sriov_edu_is_vf(fn)) {
        return;
    }
    if (ranges_overlap(addr, len, SRIOV_EDU_CAP_SRIOV + PCI_SRIOV_CAP,
                       PCI_EXT_CAP_SRIOV_SIZEOF - PCI_SRIOV_CAP)) {
        referee_check_second(fn->pf, SRIOV_EDU_REF_CAP_EARLY);
    }
    if (ranges_overlap(addr, len, SRIOV_EDU_CAP_SRIOV, PCI_SRIOV_CAP)) {
        referee_check_second(fn->pf, SRIOV_EDU_REF_HEADER_EARLY);
    }
}

/* Call when software reads the VF Migration State Array. */
void sriov_edu_referee_array_read(SriovEduPf *pf)
{
    referee_check_second(pf, SRIOV_EDU_REF_CAP_EARLY);
}

/* Call when software changes the D-state of the PF. */
void sriov_edu_referee_d_state(SriovEduPf *pf)
{
    referee_check_second(pf, SRIOV_EDU_REF_D_STATE_EARLY);
}

/* Call when software has changed VF Enable. */
void sriov_edu_referee_vf_enable(SriovEduPf *pf, bool enable)
{
    SriovEduReferee *r = &pf->referee;

    if (enable && referee_within(pf, r->vf_disabled_at, VF_DISABLE_WAIT)) {
        sriov_edu_referee_breach(&pf->fn, SRIOV_EDU_REF_VFE_EARLY);
    }
    r->vf_enabled_at = enable ? sriov_edu_now() : SRIOV_EDU_NEVER;
    r->vf_disabled_at = enable ? SRIOV_EDU_NEVER : sriov_edu_now();
}

/*
 * Is the PF being reset by software: by an FLR, or by Secondary Bus Reset of a
 * bridge above it, whose bit stays set while QEMU resets the devices below?  When
 * the machine is reset, the bridge is in reset, too.
 */
static bool referee_is_software_reset(SriovEduPf *pf)
{
    PCIDevice *pci = &pf->fn.pci;

    if (sriov_edu_fn_in_flr(&pf->fn)) {
        return true;
    }
    while ((pci = pci_get_bus(pci)->parent_dev)) {
        if (IS_PCI_BRIDGE(pci) && !device_is_in_reset(DEVICE(pci)) &&
            pci_get_word(pci->config + PCI_BRIDGE_CONTROL) &
            PCI_BRIDGE_CTL_BUS_RESET) {
            return true;
        }
    }
    return false;
}

/* Call when the PF is reset, which ends all waits begun before. */
void sriov_edu_referee_reset(SriovEduPf *pf)
{
    if (referee_is_software_reset(pf)) {
        referee_check_second(pf, SRIOV_EDU_REF_RESET_EARLY);
    }
    pf->referee.vf_enabled_at = SRIOV_EDU_NEVER;
    pf->referee.vf_disabled_at = SRIOV_EDU_NEVER;
}

uint32_t sriov_edu_referee_read(SriovEduPf *pf, hwaddr addr)
{
    const SriovEduReferee *r = &pf->referee;

    switch (addr) {
    case SRIOV_EDU_REFEREE_TOTAL:
        return referee_total(r);
    case SRIOV_EDU_REFEREE_LAST:
        return r->last;
    case SRIOV_EDU_REFEREE_COUNT(0) ... SRIOV_EDU_REFEREE_COUNT(LAST_KIND):
        return r->count[(addr - SRIOV_EDU_REFEREE_COUNT(0)) / 4];
    case SRIOV_EDU_REFEREE_PAGES:
        return r->pages_of;
    case SRIOV_EDU_REFEREE_PAGES_COUNT:
        return sriov_edu_pages_count(r->pages);
    case SRIOV_EDU_REFEREE_PAGE_LO:
        return extract64(r->page, 0, 32);
    case SRIOV_EDU_REFEREE_PAGE_HI:
        return extract64(r->page, 32, 32);
    case SRIOV_EDU_REFEREE_PAGE_LISTED:
        return sriov_edu_pages_has(r->pages, r->page >> 12);
    default:
        return 0;
    }
}

bool sriov_edu_referee_write(SriovEduPf *pf, hwaddr addr, uint32_t val)
{
    SriovEduReferee *r = &pf->referee;

    switch (addr) {
    case SRIOV_EDU_REFEREE_CTRL:
        if (val & SRIOV_EDU_REFEREE_CLEAR) {
            memset(r->count, 0, sizeof(r->count));
            r->last = 0;
        }
        if (val & SRIOV_EDU_REFEREE_CLEAR_PAGES) {
            sriov_edu_pages_clear(&r->pages);
        }
        return true;
    case SRIOV_EDU_REFEREE_PAGES:
        r->pages_of = val & (SRIOV_EDU_REFEREE_PAGES_ON |
                             SRIOV_EDU_REFEREE_PAGES_VF);
        return true;
    case SRIOV_EDU_REFEREE_PAGE_LO:
        r->page = deposit64(r->page, 0, 32, val);
        return true;
    case SRIOV_EDU_REFEREE_PAGE_HI:
        r->page = deposit64(r->page, 32, 32, val);
        return true;
    default:
        return false;
    }
}

static void referee_get_total(Object *obj, Visitor *v, const char *name,
                              void *opaque, Error **errp)
{
    uint32_t sum = referee_total(&SRIOV_EDU_PF(obj)->referee);

    visit_type_uint32(v, name, &sum, errp);
}

void sriov_edu_referee_init(SriovEduPf *pf)
{
    Object *obj = OBJECT(pf);
    int kind;

    pf->referee.vf_enabled_at = SRIOV_EDU_NEVER;
    pf->referee.vf_disabled_at = SRIOV_EDU_NEVER;
    object_property_add(obj, "referee-total", "uint32", referee_get_total,
                        NULL, NULL, NULL);
    for (kind = 0; kind < SRIOV_EDU_REF_KINDS; kind++) {
        g_autofree char *name = g_strdup_printf("referee-%s", kind_name[kind]);

        object_property_add_uint32_ptr(obj, name, &pf->referee.count[kind],
                                       OBJ_PROP_FLAG_READ);
    }
}
