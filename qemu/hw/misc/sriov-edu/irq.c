/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: interrupts.  A message is sent when a bit becomes set in both
 * INT_STATUS and INT_ENABLE.
 *
 * Floor: 1
 */

#include "qemu/osdep.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/msix.h"
#include "sriov_edu.h"
#include "trace.h"

static uint32_t irq_known_bits(const SriovEduFunction *fn)
{
    return sriov_edu_is_vf(fn) ? SRIOV_EDU_INT_ALL & ~SRIOV_EDU_INT_VF_RESET
                               : SRIOV_EDU_INT_ALL;
}

/* MSI-X Table Size of a VF is what its PF has given it (VF_MSIX). */
void sriov_edu_irq_update_table_size(SriovEduFunction *vf)
{
    uint8_t *flags = vf->pci.config + SRIOV_EDU_CAP_MSIX + PCI_MSIX_FLAGS;
    uint16_t val = pci_get_word(flags) & ~PCI_MSIX_FLAGS_QSIZE;

    pci_set_word(flags, val | (sriov_edu_fn_vectors(vf) - 1));
}

/* Returns false if the function cannot send messages at present. */
bool sriov_edu_irq_message(SriovEduFunction *fn, unsigned int vector)
{
    if (!msix_enabled(&fn->pci) || !sriov_edu_fn_in_d0(fn) ||
        !sriov_edu_fn_is_active(fn)) {
        return false;
    }
    msix_notify(&fn->pci, vector);
    return true;
}

static void irq_send_message(SriovEduFunction *fn, unsigned int bit)
{
    unsigned int vector = extract32(fn->irq.vector, bit * 8, 8);

    if (vector >= sriov_edu_fn_vectors(fn)) {
        sriov_edu_guest_error(fn, "INT_VECTOR selects vector %u, but VECTORS is"
                              " %u", vector, sriov_edu_fn_vectors(fn));
        return;
    }
    if (sriov_edu_irq_message(fn, vector)) {
        fn->irq.count++;
        trace_sriov_edu_message(sriov_edu_fn_number(fn), bit, vector);
    }
}

static void irq_update(SriovEduFunction *fn, uint32_t status, uint32_t enable)
{
    uint32_t before = fn->irq.status & fn->irq.enable;
    uint32_t newly_set = status & enable & ~before;

    fn->irq.status = status;
    fn->irq.enable = enable;
    while (newly_set) {
        irq_send_message(fn, ctz32(newly_set));
        newly_set &= newly_set - 1;
    }
}

void sriov_edu_irq_raise(SriovEduFunction *fn, uint32_t bit)
{
    irq_update(fn, fn->irq.status | bit, fn->irq.enable);
}

/* For bits whose message may have been lost */
void sriov_edu_irq_send_again(SriovEduFunction *fn)
{
    uint32_t bits = fn->irq.status & fn->irq.enable;

    while (bits) {
        irq_send_message(fn, ctz32(bits));
        bits &= bits - 1;
    }
}

bool sriov_edu_irq_is_valid(const SriovEduIrq *irq)
{
    return !((irq->status | irq->enable) & ~SRIOV_EDU_INT_ALL);
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
        irq_update(fn, fn->irq.status & ~val, fn->irq.enable);
        return true;
    case SRIOV_EDU_INT_ENABLE:
        irq_update(fn, fn->irq.status, val & irq_known_bits(fn));
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
