/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: interrupts.  A message goes out when a bit becomes set in both
 * INT_STATUS and INT_ENABLE.
 */

#include "qemu/osdep.h"
#include "hw/pci/pci.h"
#include "hw/pci/msix.h"
#include "sriov_edu.h"
#include "trace.h"

static uint32_t known_bits(const SriovEduFunction *fn)
{
    return sriov_edu_is_vf(fn) ? SRIOV_EDU_INT_ALL & ~SRIOV_EDU_INT_VF_RESET
                               : SRIOV_EDU_INT_ALL;
}

/* Returns false if there can be no message now. */
bool sriov_edu_irq_message(SriovEduFunction *fn, unsigned int vector)
{
    if (!msix_enabled(&fn->pci) || !sriov_edu_in_d0(fn) ||
        !sriov_edu_migration_is_active(fn)) {
        return false;
    }
    msix_notify(&fn->pci, vector);
    return true;
}

static void send_message(SriovEduFunction *fn, unsigned int bit)
{
    unsigned int vector = extract32(fn->irq.vector, bit * 8, 8);

    if (vector >= sriov_edu_vectors(fn)) {
        sriov_edu_guest_error(fn, "INT_VECTOR names vector %u of %u", vector,
                              sriov_edu_vectors(fn));
        return;
    }
    if (sriov_edu_irq_message(fn, vector)) {
        fn->irq.count++;
        trace_sriov_edu_message(sriov_edu_fn_number(fn), bit, vector);
    }
}

static void update(SriovEduFunction *fn, uint32_t status, uint32_t enable)
{
    uint32_t before = fn->irq.status & fn->irq.enable;
    uint32_t news = status & enable & ~before;

    fn->irq.status = status;
    fn->irq.enable = enable;
    while (news) {
        send_message(fn, ctz32(news));
        news &= news - 1;
    }
}

void sriov_edu_irq_raise(SriovEduFunction *fn, uint32_t bit)
{
    update(fn, fn->irq.status | bit, fn->irq.enable);
}

void sriov_edu_irq_reset(SriovEduFunction *fn)
{
    fn->irq = (SriovEduIrq) { };
}

uint32_t sriov_edu_irq_read(SriovEduFunction *fn, hwaddr addr)
{
    switch (addr) {
    case SRIOV_EDU_INT_STATUS:
        return fn->irq.status;
    case SRIOV_EDU_INT_ENABLE:
        return fn->irq.enable;
    case SRIOV_EDU_INT_VECTOR:
        return fn->irq.vector;
    case SRIOV_EDU_INT_COUNT:
        return fn->irq.count;
    default:
        return 0;
    }
}

bool sriov_edu_irq_write(SriovEduFunction *fn, hwaddr addr, uint32_t val)
{
    switch (addr) {
    case SRIOV_EDU_INT_STATUS:
        update(fn, fn->irq.status & ~val, fn->irq.enable);
        return true;
    case SRIOV_EDU_INT_ENABLE:
        update(fn, fn->irq.status, val & known_bits(fn));
        return true;
    case SRIOV_EDU_INT_RAISE:
        sriov_edu_irq_raise(fn, SRIOV_EDU_INT_SOFT);
        return true;
    case SRIOV_EDU_INT_VECTOR:
        fn->irq.vector = val;
        return true;
    default:
        return false;
    }
}
