/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the Readiness Time Reporting Extended Capability (7.9.17), in
 * which a VF states the time that it needs after VF Enable is set and after an
 * FLR.
 *
 * Floor: 0
 */

#include "qemu/osdep.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pcie.h"
#include "sriov_edu.h"

#define RTR_ID          0x22
#define RTR_SIZE        12

#define RTR_REG1        4
#define  RTR_VALID      0x80000000
#define RTR_REG2        8
#define  RTR_VALUE_MAX  511
#define  RTR_SCALE_SHIFT 9

/*
 * How long software must not access a VF after VF Enable is set (9.3.3.3.1),
 * and any function after its FLR (6.6.2), unless it states a shorter time
 */
#define RTR_DEFAULT_WAIT (100 * SCALE_MS)

static const uint32_t scale_ns[] = { 1, 32, 1024, 32768, 1048576, 33554432 };

static bool rtr_is_reported(const SriovEduPf *pf)
{
    return pf->props.vf_rtr && pf->props.vf_ready_ms;
}

/* Rounds @ms up to what the capability can express. */
static void rtr_express(uint32_t ms, uint32_t *value, uint32_t *scale)
{
    int64_t ns = ms * SCALE_MS;

    for (*scale = 0; *scale < ARRAY_SIZE(scale_ns) - 1; (*scale)++) {
        if (DIV_ROUND_UP(ns, scale_ns[*scale]) <= RTR_VALUE_MAX) {
            break;
        }
    }
    *value = DIV_ROUND_UP(ns, scale_ns[*scale]);
}

void sriov_edu_rtr_init(SriovEduFunction *vf)
{
    uint8_t *cap = vf->pci.config + SRIOV_EDU_CAP_RTR;
    uint32_t value, scale, time;

    if (!rtr_is_reported(vf->pf)) {
        return;
    }
    rtr_express(vf->pf->props.vf_ready_ms, &value, &scale);
    time = scale << RTR_SCALE_SHIFT | value;
    pcie_add_capability(&vf->pci, RTR_ID, 1, SRIOV_EDU_CAP_RTR, RTR_SIZE);
    pci_set_long(cap + RTR_REG1, RTR_VALID | time);
    pci_set_long(cap + RTR_REG2, time);
}

/* How long software must wait for @fn after VF Enable is set, or an FLR */
int64_t sriov_edu_rtr_limit(const SriovEduFunction *fn)
{
    uint32_t value, scale;

    if (!sriov_edu_is_vf(fn) || !rtr_is_reported(fn->pf)) {
        return RTR_DEFAULT_WAIT;
    }
    rtr_express(fn->pf->props.vf_ready_ms, &value, &scale);
    return MIN(RTR_DEFAULT_WAIT, (int64_t)value * scale_ns[scale]);
}
