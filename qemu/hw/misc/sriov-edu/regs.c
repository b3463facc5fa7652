/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: the two BARs.  Accesses to BAR 0 are dispatched to the file that
 * has the register, those to BAR 2 to QEMU's MSI-X table and PBA.  The referee
 * is notified of all of them, also if the function does not answer.
 *
 * Each BAR is one region of whole pages: QEMU's memory map has room for about
 * 4,000 pieces, and regions that share a page are three.
 *
 * Floor: 6
 */

#include "qemu/osdep.h"
#include "hw/pci/pci_device.h"
#include "sriov_edu.h"
#include "trace.h"

/* All widths are let through, so that regs_refuses() can log the wrong ones. */
#define ANY_ACCESS { .min_access_size = 1, .max_access_size = 8, \
                     .unaligned = true }

static bool regs_refuses(SriovEduFunction *fn, const char *what, hwaddr addr,
                         unsigned int size)
{
    if (size == 4 && !(addr & 3)) {
        return false;
    }
    sriov_edu_guest_error(fn, "%s of %u bytes at 0x%" HWADDR_PRIx
                          " of BAR 0, which has aligned 4-byte registers",
                          what, size, addr);
    return true;
}

static uint32_t regs_read_engine_page(SriovEduFunction *fn, hwaddr addr)
{
    switch (addr) {
    case SRIOV_EDU_INT_STATUS ... SRIOV_EDU_INT_COUNT:
        return sriov_edu_irq_read(fn, addr);
    case SRIOV_EDU_MBX_TX(0) ... SRIOV_EDU_MBX_RX_CTRL:
        return sriov_edu_is_vf(fn) ? sriov_edu_mailbox_read(fn, addr) : 0;
    default:
        return sriov_edu_engine_read(fn, addr);
    }
}

static bool regs_write_engine_page(SriovEduFunction *fn, hwaddr addr,
                                   uint32_t val)
{
    switch (addr) {
    case SRIOV_EDU_INT_STATUS ... SRIOV_EDU_INT_COUNT:
        return sriov_edu_irq_write(fn, addr, val);
    case SRIOV_EDU_MBX_TX(0) ... SRIOV_EDU_MBX_RX_CTRL:
        return sriov_edu_is_vf(fn) && sriov_edu_mailbox_write(fn, addr, val);
    default:
        return sriov_edu_engine_write(fn, addr, val);
    }
}

static uint32_t regs_read_pf_page(SriovEduPf *pf, hwaddr addr)
{
    switch (addr) {
    case SRIOV_EDU_REFEREE_CTRL ... SRIOV_EDU_REFEREE_PAGE_LISTED:
        return sriov_edu_referee_read(pf, addr);
    case SRIOV_EDU_MIGRATION_CMD ... SRIOV_EDU_MIGRATION_MESSAGES:
        return sriov_edu_master_read(pf, addr);
    case SRIOV_EDU_LIVE_BLOCK(0) ... SRIOV_EDU_PF_REGS_SIZE - 1:
        return sriov_edu_live_read(pf, addr);
    default:
        return sriov_edu_mgmt_read(pf, addr);
    }
}

static bool regs_write_pf_page(SriovEduPf *pf, hwaddr addr, uint32_t val)
{
    switch (addr) {
    case SRIOV_EDU_REFEREE_CTRL ... SRIOV_EDU_REFEREE_PAGE_LISTED:
        return sriov_edu_referee_write(pf, addr, val);
    case SRIOV_EDU_MIGRATION_CMD ... SRIOV_EDU_MIGRATION_MESSAGES:
        return sriov_edu_master_write(pf, addr, val);
    case SRIOV_EDU_LIVE_BLOCK(0) ... SRIOV_EDU_PF_REGS_SIZE - 1:
        return sriov_edu_live_write(pf, addr, val);
    default:
        return sriov_edu_mgmt_write(pf, addr, val);
    }
}

static uint64_t regs_read(void *opaque, hwaddr addr, unsigned int size)
{
    SriovEduFunction *fn = opaque;
    uint32_t val = 0;

    sriov_edu_referee_access(fn);
    if (!sriov_edu_fn_answers_in_bars(fn)) {
        return UINT64_MAX;
    }
    if (regs_refuses(fn, "read", addr, size)) {
        return 0;
    }
    if (addr < SRIOV_EDU_VF_REGS_SIZE) {
        val = regs_read_engine_page(fn, addr);
    } else if (!sriov_edu_is_vf(fn)) {
        val = regs_read_pf_page(fn->pf, addr);
    }
    trace_sriov_edu_mmio_read(sriov_edu_fn_number(fn), addr, val);
    return val;
}

static void regs_write(void *opaque, hwaddr addr, uint64_t val,
                       unsigned int size)
{
    SriovEduFunction *fn = opaque;
    bool taken = false;

    trace_sriov_edu_mmio_write(sriov_edu_fn_number(fn), addr, val);
    sriov_edu_referee_access(fn);
    if (!sriov_edu_fn_answers_in_bars(fn) ||
        regs_refuses(fn, "write", addr, size)) {
        return;
    }
    if (sriov_edu_fn_live_level(fn) == SRIOV_EDU_LIVE_STOP) {
        sriov_edu_referee_breach(fn, SRIOV_EDU_REF_LIVE_WRITE);
        return;
    }
    sriov_edu_vf_migration_fn_written(fn);
    if (sriov_edu_is_vf(fn) &&
        (addr == SRIOV_EDU_CMD || addr == SRIOV_EDU_INT_RAISE ||
         addr == SRIOV_EDU_MBX_TX_CTRL)) {
        sriov_edu_vf_migration_vf_used(fn);
    }
    if (addr < SRIOV_EDU_VF_REGS_SIZE) {
        taken = regs_write_engine_page(fn, addr, val);
    } else if (!sriov_edu_is_vf(fn)) {
        taken = regs_write_pf_page(fn->pf, addr, val);
    }
    if (!taken) {
        sriov_edu_guest_error(fn, "0x%" PRIx64 " written to 0x%" HWADDR_PRIx
                              " of BAR 0 has no effect", val, addr);
    }
}

const MemoryRegionOps sriov_edu_regs_ops = {
    .read = regs_read,
    .write = regs_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = ANY_ACCESS,
    .impl = ANY_ACCESS,
};

/*
 * The region of QEMU's MSI-X code that has @addr, which becomes the offset in
 * it; NULL if none has
 */
static MemoryRegion *regs_vectors_region(SriovEduFunction *fn, hwaddr *addr,
                                         unsigned int size)
{
    MemoryRegion *const part[] = {
        &fn->pci.msix_table_mmio, &fn->pci.msix_pba_mmio
    };
    int i;

    for (i = 0; i < ARRAY_SIZE(part); i++) {
        if (*addr >= part[i]->addr &&
            *addr + size <= part[i]->addr + memory_region_size(part[i])) {
            *addr -= part[i]->addr;
            return part[i];
        }
    }
    return NULL;
}

static uint64_t regs_vectors_read(void *opaque, hwaddr addr, unsigned int size)
{
    SriovEduFunction *fn = opaque;
    uint64_t val = 0;
    MemoryRegion *mr;

    sriov_edu_referee_access(fn);
    if (!sriov_edu_fn_answers_in_bars(fn)) {
        return UINT64_MAX;
    }
    mr = regs_vectors_region(fn, &addr, size);
    if (mr) {
        memory_region_dispatch_read(mr, addr, &val, size_memop(size) | MO_LE,
                                    MEMTXATTRS_UNSPECIFIED);
    }
    return val;
}

static void regs_vectors_write(void *opaque, hwaddr addr, uint64_t val,
                               unsigned int size)
{
    SriovEduFunction *fn = opaque;
    MemoryRegion *mr;

    sriov_edu_referee_access(fn);
    if (!sriov_edu_fn_answers_in_bars(fn)) {
        return;
    }
    mr = regs_vectors_region(fn, &addr, size);
    if (mr) {
        memory_region_dispatch_write(mr, addr, val, size_memop(size) | MO_LE,
                                     MEMTXATTRS_UNSPECIFIED);
    }
}

const MemoryRegionOps sriov_edu_vectors_ops = {
    .read = regs_vectors_read,
    .write = regs_vectors_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = ANY_ACCESS,
    .impl = ANY_ACCESS,
};
