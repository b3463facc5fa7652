/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriov-edu: dispatches accesses to BAR 0 to the file that has the register.
 * The referee is notified of these, and of accesses to the BARs of a function
 * that does not answer.
 *
 * Floor: 6
 */

#include "qemu/osdep.h"
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
    case SRIOV_EDU_REFEREE_CTRL ...
         SRIOV_EDU_REFEREE_COUNT(SRIOV_EDU_REF_KINDS - 1):
        return sriov_edu_referee_read(pf, addr);
    case SRIOV_EDU_MIGRATION_CMD ... SRIOV_EDU_MIGRATION_MESSAGES:
        return sriov_edu_master_read(pf, addr);
    default:
        return sriov_edu_mgmt_read(pf, addr);
    }
}

static bool regs_write_pf_page(SriovEduPf *pf, hwaddr addr, uint32_t val)
{
    switch (addr) {
    case SRIOV_EDU_REFEREE_CTRL ...
         SRIOV_EDU_REFEREE_COUNT(SRIOV_EDU_REF_KINDS - 1):
        return sriov_edu_referee_write(pf, addr, val);
    case SRIOV_EDU_MIGRATION_CMD ... SRIOV_EDU_MIGRATION_MESSAGES:
        return sriov_edu_master_write(pf, addr, val);
    default:
        return sriov_edu_mgmt_write(pf, addr, val);
    }
}

static uint64_t regs_read(void *opaque, hwaddr addr, unsigned int size)
{
    SriovEduFunction *fn = opaque;
    uint32_t val = 0;

    sriov_edu_referee_access(fn);
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
    if (regs_refuses(fn, "write", addr, size)) {
        return;
    }
    sriov_edu_vf_migration_fn_written(fn);
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

static uint64_t regs_absent_read(void *opaque, hwaddr addr, unsigned int size)
{
    sriov_edu_referee_access(opaque);
    return UINT64_MAX;
}

static void regs_absent_write(void *opaque, hwaddr addr, uint64_t val,
                              unsigned int size)
{
    sriov_edu_referee_access(opaque);
}

const MemoryRegionOps sriov_edu_absent_ops = {
    .read = regs_absent_read,
    .write = regs_absent_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = ANY_ACCESS,
    .impl = ANY_ACCESS,
};
